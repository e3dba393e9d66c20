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

// The selection as a piece of the sentence in which it begins: { paragraph, start, end } in units.
export function selectedPiece(selection = document.getSelection()) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const paragraph = paragraphOf(range.startContainer) ?? paragraphOf(range.endContainer);
  if (!paragraph) return null;
  const from = unitsAt(paragraph, range.startContainer, range.startOffset);
  const to = unitsAt(paragraph, range.endContainer, range.endOffset);
  const snapped = snap(paragraph.textContent, from, to, paragraph.lang);
  return snapped && { paragraph, ...snapped };
}

export function wholeSentence(paragraph) {
  return { paragraph, start: 0, end: paragraph.textContent.length };
}

// The pieces in order, those that touch made one.
export function joined(pieces) {
  const result = [];
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && piece.start <= last.end) last.end = Math.max(last.end, piece.end);
    else result.push({ ...piece });
  }
  return result;
}

export const quoteOf = ({ paragraph, start, end }) => paragraph.textContent.slice(start, end);

// The piece as the server counts it: [start, end) of the article.
export function spanOf({ paragraph, start, end }) {
  const text = paragraph.textContent;
  const first = Number(paragraph.dataset.start) + codePoints(text.slice(0, start));
  return [first, first + codePoints(text.slice(start, end))];
}

// The stored span as a piece of this paragraph, or null where it does not lie in it.
export function pieceOf(paragraph, [first, last]) {
  const points = [...paragraph.textContent];
  const from = first - Number(paragraph.dataset.start);
  const to = last - Number(paragraph.dataset.start);
  if (from < 0 || to > points.length) return null;
  const start = points.slice(0, from).join("").length;
  return { paragraph, start, end: start + points.slice(from, to).join("").length };
}

// Draws the draft over the text without touching it; where the browser cannot, the panel shows it.
export function paint(pieces) {
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.set("draft", new Highlight(...pieces.map(rangeOf)));
}

function rangeOf({ paragraph, start, end }) {
  const range = document.createRange();
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
