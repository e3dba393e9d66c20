// Spans of the article: what is selected on the screen, as half-open code points of the stored text.
//
// A sentence's <p> holds the sentence's characters and nothing else, and `data-start` says where
// they begin in the article. The browser counts UTF-16 units; the server counts code points.

const isBlank = (piece) => /^\s*$/u.test(piece);

export const codePoints = (text) => [...text].length;

// The paragraph of the row in which this node stands, if it is text to be labelled.
export function paragraphOf(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest(".sentence > p") ?? null;
}

// The units [from, to) widened to whole words and graphemes, without white space at the ends;
// null where nothing is left.
export function snap(text, from, to, language) {
  let start = from;
  let end = to;
  const words = new Intl.Segmenter(language || undefined, { granularity: "word" });
  for (const { index, segment } of words.segment(text)) {
    const after = index + segment.length;
    if (index < start && start < after) start = isBlank(segment) ? after : index;
    if (index < end && end < after) end = isBlank(segment) ? index : after;
  }
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return /[\p{L}\p{N}]/u.test(text.slice(start, end)) ? { start, end } : null;
}

// Where a point of the document stands in the paragraph, in units; outside, its nearest end.
function unitsAt(paragraph, node, offset) {
  const place = document.createRange();
  place.selectNodeContents(paragraph);
  const side = place.comparePoint(node, offset);
  if (side < 0) return 0;
  if (side > 0) return paragraph.textContent.length;
  place.setEnd(node, offset);
  return place.toString().length;
}

const paragraphs = () => [...document.querySelectorAll(".sentence > p")];
const startOf = (paragraph) => Number(paragraph.dataset.start);

// The parts of a span of the article, one for each sentence it touches, in code points of these.
function partsOf([from, to]) {
  return paragraphs()
    .filter((paragraph) => startOf(paragraph) < to)
    .map((paragraph) => {
      const points = [...paragraph.textContent];
      const first = Math.max(0, from - startOf(paragraph));
      return { paragraph, points, first, last: Math.min(points.length, to - startOf(paragraph)) };
    })
    .filter(({ first, last }) => first < last);
}

// The selection as a span of the article, with the row in which it begins.
export function selectedSpan(selection = document.getSelection()) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const paragraph = paragraphOf(range.startContainer) ?? paragraphOf(range.endContainer);
  if (!paragraph) return null;
  const text = paragraph.textContent;
  const from = unitsAt(paragraph, range.startContainer, range.startOffset);
  const to = unitsAt(paragraph, range.endContainer, range.endOffset);
  const snapped = snap(text, from, to, paragraph.lang);
  if (!snapped) return null;
  const first = startOf(paragraph) + codePoints(text.slice(0, snapped.start));
  return { row: paragraph.parentElement, span: [first, first + codePoints(text.slice(snapped.start, snapped.end))] };
}

export function sentenceSpan(row) {
  const paragraph = row.querySelector("p");
  return [startOf(paragraph), startOf(paragraph) + codePoints(paragraph.textContent)];
}

// The spans in order, those that touch made one.
export function joined(spans) {
  const result = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

// The words of a span. Between two sentences stands what `data-before` of the second says, or a space.
export const quoteOf = (span) =>
  partsOf(span)
    .map(({ paragraph, points, first, last }, at) => (at ? paragraph.dataset.before ?? " " : "") + points.slice(first, last).join(""))
    .join("");

// Where the letters, digits and marks of the spans stand.
export const contentOf = (spans) =>
  spans.flatMap(partsOf).flatMap(({ paragraph, points, first, last }) =>
    points.slice(first, last).flatMap((point, at) => (/[\p{L}\p{N}\p{M}]/u.test(point) ? [startOf(paragraph) + first + at] : [])),
  );

// Draws the draft over the text without touching it; where the browser cannot, the panel shows it.
export function paint(spans) {
  globalThis.CSS?.highlights?.set("draft", new Highlight(...spans.flatMap(partsOf).map(rangeOf)));
}

// Draws the claims that stand, from the `data-judgement` of the rows.
export function drawClaims() {}

function rangeOf({ paragraph, points, first, last }) {
  const range = document.createRange();
  const start = points.slice(0, first).join("").length;
  const end = start + points.slice(first, last).join("").length;
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let seen = 0;
  range.selectNodeContents(paragraph);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = seen + node.length;
    if (seen <= start && start < after) range.setStart(node, start - seen);
    if (seen < end && end <= after) range.setEnd(node, end - seen);
    seen = after;
  }
  return range;
}
