// Spans: half-open [start, end) in code points of the article, as the server counts them. A sentence's
// <p> holds its characters and nothing else, `data-start` says where they begin, and `data-before`
// what stands between it and the sentence before it in its paragraph, if that is not one space.

// As annotate/domain/pieces cuts words: with all that is written onto them, without marks at the ends.
const FIRST = String.raw`[$€£¥₽#+−]*[\p{L}\p{N}]`;
const INNER = String.raw`(?:(?!\.{2}|[:,;][\u0620-\u06d3])[^\s،؛—…]|(?<=\p{N})[،—](?=\p{N}))*`;
const LAST = String.raw`[\p{M}\u200d\u{1f3fb}-\u{1f3ff}%٪‰$€£¥₽°]*`;
const WORD = new RegExp(`${FIRST}(?:${INNER}[\\p{L}\\p{N}])?${LAST}`, "gu");

export const codePoints = (text) => [...text].length;
export const pairs = (text) => text.split(" ").filter(Boolean).map((pair) => pair.split("-").map(Number)); // "12-40 55-80"
const paragraphs = () => [...document.querySelectorAll(".sentence > p")];
const startOf = (p) => Number(p.dataset.start);

// The paragraph of the row in which this node stands, if it is text to be labelled.
export function paragraphOf(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest(".sentence > p") ?? null;
}

const lines = new Map(); // by number: a paragraph of the article, which never changes

// The paragraph of this <p> with its sentences, its code points, and where its words stand.
export function lineOf(p) {
  const { paragraph } = p.parentElement.dataset;
  if (!lines.has(paragraph)) lines.set(paragraph, read([...document.querySelectorAll(`.sentence[data-paragraph="${paragraph}"] > p`)]));
  return lines.get(paragraph);
}

function read(sentences) {
  const text = sentences.map((p, at) => (at ? (p.dataset.before ?? " ") : "") + p.textContent).join("");
  const start = startOf(sentences[0]);
  const points = [...text];
  const partner = partners(points, start, sentences[0].dataset.quoted ?? "");
  let words;
  return { sentences, start, points, end: start + points.length, partner, get words() { return (words ??= wordsIn(text, start)); } };
}

const wordsIn = (text, start) => [...text.matchAll(WORD)].map(({ 0: word, index }) => {
  const from = start + codePoints(text.slice(0, index));
  return [from, from + codePoints(word)];
});

const lineAt = (point) => lineOf(paragraphs().findLast((p) => startOf(p) <= point));

export function quoteOf([from, to]) {
  const { points, start } = lineAt(from);
  return points.slice(from - start, to - start).join("");
}

const edges = new WeakMap(); // of a sentence's <p>, as a span of the article

export function edgesOf(p) {
  if (!edges.has(p)) edges.set(p, [startOf(p), startOf(p) + codePoints(p.textContent)]);
  return edges.get(p);
}

export const sentenceSpan = (row) => edgesOf(row.querySelector("p"));

// Where the letters, digits and marks of the spans stand.
export const contentOf = (spans) =>
  spans.flatMap((span) => [...quoteOf(span)].flatMap((point, at) => (/[\p{L}\p{N}\p{M}]/u.test(point) ? [span[0] + at] : [])));

// The words that [from, to) touches, whole; null where there is none.
export function snap(line, from, to) {
  const touched = line.words.filter(([start, end]) => start < to && from < end);
  return touched.length ? closed(line, [touched[0][0], touched.at(-1)[1]]) : null;
}

// With the quotation mark or bracket beside the span whose partner it holds (as domain/pieces does).
export function closed({ start: first, points, partner }, [from, to]) {
  const blank = (at) => /^[\s\p{Cf}]$/u.test(points[at - first] ?? "");
  const seek = (at, step) => (blank(at) ? seek(at + step, step) : at);
  const holds = (mark) => from <= mark && mark < to;
  for (let at = seek(to, 1); holds(partner.get(at)); at = seek(to, 1)) to = at + 1;
  for (let at = seek(from - 1, -1); holds(partner.get(at)); at = seek(from - 1, -1)) from = at;
  return [from, to];
}

// The quotation marks (`data-quoted`) and brackets of a paragraph, each with its partner.
function partners(points, start, quoted) {
  const marks = pairs(quoted).map(([from, to]) => [from - 1, to]);
  const opened = [];
  points.forEach((point, at) => {
    if ("([".includes(point)) opened.push(start + at);
    if (")]".includes(point) && opened.length) marks.push([opened.pop(), start + at]);
  });
  return new Map(marks.flatMap(([one, other]) => [[one, other], [other, one]]));
}

// Where a point of the document stands in the paragraph; outside its sentences, at the next of them.
export function pointAt(line, node, offset) {
  for (const p of line.sentences) {
    const place = document.createRange();
    place.selectNodeContents(p);
    const side = place.comparePoint(node, offset);
    if (side === 0) place.setEnd(node, offset);
    if (side <= 0) return startOf(p) + (side ? 0 : codePoints(place.toString()));
  }
  return line.end;
}

// What is selected, as a span of the article, with the row in which it begins.
export function selectedSpan(selection = document.getSelection()) {
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const p = paragraphOf(range.startContainer) ?? paragraphOf(range.endContainer);
  if (!p) return null;
  const line = lineOf(p);
  const span = snap(line, pointAt(line, range.startContainer, range.startOffset), pointAt(line, range.endContainer, range.endOffset));
  return span && { row: line.sentences.findLast((each) => startOf(each) <= span[0]).parentElement, span };
}

// The spans in order, those that touch made one.
export const joined = (spans) => spans.toSorted((a, b) => a[0] - b[0]).reduce((before, [from, to]) => {
  const [first, last] = before.at(-1) ?? [0, -1];
  return from <= last ? [...before.slice(0, -1), [first, Math.max(last, to)]] : [...before, [from, to]];
}, []);

// --- drawing: over the text, so that its letters stay joined; without highlights the server's marks ---

const highlights = globalThis.CSS?.highlights;
const LAYERS = ["claim-0", "claim-1", "claim-2"]; // ways of drawing, for claims that overlap
const ABOVE = { piece: 1, draft: 2 }; // of the claims

export const highlight = (name, ranges) => highlights?.set(name, Object.assign(new Highlight(...ranges), { priority: ABOVE[name] ?? 0 }));
export const paint = (spans) => highlight("draft", spans.flatMap((span) => rangesOf(span)));

// The units [from, to) of a <p>, which is made one text again.
export function rangeIn(p, from, to) {
  if (p.firstElementChild) p.replaceChildren(p.textContent);
  const range = document.createRange();
  range.setStart(p.firstChild, from);
  range.setEnd(p.firstChild, to);
  return range;
}

// One range for each sentence that the span touches.
export function rangesOf([from, to], line = lineAt(from)) {
  return line.sentences.flatMap((p) => {
    const [first, last] = edgesOf(p);
    if (last <= from || to <= first) return [];
    const unit = (point) => line.points.slice(first - line.start, point - line.start).join("").length;
    return [rangeIn(p, unit(Math.max(from, first)), unit(Math.min(to, last)))];
  });
}

// Puts elements over the text, each where its character begins; reads all places before it moves any.
export function putOver(className, items) {
  const places = items.map(({ line, point, element }) => {
    const [range] = rangesOf([point, point + 1], line);
    const p = range.startContainer.parentElement;
    // The text first: in a row that was never drawn Chromium answers 0 to a range that asks before it.
    const [, box, row] = [p, range, p.parentElement].map((each) => each.getBoundingClientRect());
    const inline = p.dir === "rtl" ? `calc(${box.right - row.left}px - 100%)` : `${box.left - row.left}px`;
    return { p, element, translate: `${inline} ${box.top - row.top}px` };
  });
  for (const { p, element, translate } of places.reverse()) {
    Object.assign(element, { className, ariaHidden: "true" }).style.translate = translate;
    p.after(element);
  }
}

export const overlap = (one, other) => one.some(([a, b]) => other.some(([c, d]) => a < d && c < b));

// The layer of each claim: the first that no claim before it has which it overlaps.
const layersOf = (claims) => claims.reduce((layers, { spans }) => {
  const used = layers.filter((_, at) => overlap(spans, claims[at].spans));
  return [...layers, LAYERS.find((layer) => !used.includes(layer)) ?? LAYERS.at(-1)];
}, []);

// Draws the claims that stand in the paragraphs of these rows, from the `data-judgement` of all their
// rows, where these have changed.
export function drawClaims(rows) {
  if (!highlights) return;
  for (const line of new Set(rows.map((row) => lineOf(row.querySelector("p"))))) {
    const judgements = line.sentences.map((p) => p.parentElement.dataset.judgement);
    if (judgements.join() === line.judgements) continue;
    line.judgements = judgements.join();
    const numbered = ({ spans }, at) => ({ spans, number: at + 1 });
    const claims = judgements.filter(Boolean).flatMap((each) => JSON.parse(each).claims.map(numbered));
    const layers = layersOf(claims);
    for (const [layer, range] of line.drawn ?? []) highlights.get(layer).delete(range);
    line.drawn = claims.flatMap(({ spans }, at) => spans.flatMap((span) => rangesOf(span, line)).map((range) => [layers[at], range]));
    for (const [layer, range] of line.drawn) (highlights.get(layer) ?? highlight(layer, []).get(layer)).add(range);
    line.numbers = new Map(); // by the point at which claims begin
    for (const { spans: [[point]], number } of claims) line.numbers.set(point, [...(line.numbers.get(point) ?? []), number]);
    unnumbered.add(line);
    for (const p of line.sentences) watcher.observe(p.parentElement);
  }
  writeNumbers();
}

const unnumbered = new Set(); // paragraphs
const onScreen = new Set(); // rows
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) onScreen[isIntersecting ? "add" : "delete"](target);
  writeNumbers();
}, { rootMargin: "50%" });

// Writes the numbers of the claims, as their cards have them, where they begin, once these are on the screen.
function writeNumbers() {
  const lines = [...unnumbered].filter(({ sentences }) => sentences.some((p) => onScreen.has(p.parentElement)));
  for (const line of lines) {
    unnumbered.delete(line);
    for (const p of line.sentences) for (const old of p.parentElement.querySelectorAll(".claim-number")) old.remove();
  }
  const items = lines.flatMap((line) => [...line.numbers].map(([point, numbers]) => ({ line, point, element: sup(numbers) })));
  putOver("claim-number", items);
}

function sup(numbers) {
  const textContent = numbers.length > 2 ? `${numbers[0]}…${numbers.at(-1)}` : numbers.join(" ");
  return Object.assign(document.createElement("sup"), { textContent });
}

function numberAgain() {
  for (const line of lines.values()) if (line.numbers?.size) unnumbered.add(line);
  writeNumbers();
}

addEventListener("resize", numberAgain);
document.fonts.ready.then(numberAgain);
