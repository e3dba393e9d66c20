// Spans by clause pieces: the pieces of the sentence in focus (`data-pieces`, see domain/pieces) are
// lettered over its text, its first and its last letter make a span, and arrows move an end by a word.
// Keys, mouse and touch pick the same way.

import { keycap } from "./keymap.js";
import { closed, edgesOf, highlight, lineOf, pointAt, putOver, rangesOf } from "./spans.js";

const CODES = [..."ASDFGHJKLQWERTYUIOPZXCVBNM"].map((letter) => `Key${letter}`);
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const help = document.querySelector("#pieces"); // what can be pressed (templates/annotate/_pieces.html)
const spoken = document.querySelector("#pieces-spoken");

let open = null;
// { line, rtl, pieces, own: how many of them are of the sentence in focus, shown: the first that is
//   lettered, kept: the stretches marked before, first, last: the pieces picked, span, onSpan }

const piecesOf = (p) => p.dataset.pieces.split(" ").map((piece) => piece.split("-").map((at) => edgesOf(p)[0] + Number(at)));
const meet = ([a, b], [c, d]) => a < d && c < b;

// Letters the pieces of this sentence, from the first that is not `taken` by another claim. `onSpan`
// hears each time of all spans that are marked now: those `kept`, and the one being made.
export function begin(p, { taken = [], kept = [], onSpan }) {
  end();
  if (!p.dataset.pieces) return;
  const line = lineOf(p);
  const own = piecesOf(p);
  const free = Math.max(0, own.findIndex((piece) => !taken.some((span) => meet(piece, span))));
  const further = line.sentences.slice(line.sentences.indexOf(p) + 1).filter((each) => each.dataset.pieces).flatMap(piecesOf);
  const pieces = [...own.slice(free), ...own.slice(0, free), ...further];
  open = { line, rtl: p.dir === "rtl", pieces, own: own.length, shown: 0, kept, first: null, last: null, span: null, onSpan };
  show();
}

export function end() {
  if (!open) return;
  open = null;
  show();
}

const lettered = () => (open && open.last === null ? open.pieces.slice(open.shown, open.shown + size()) : []);
const size = () => Math.min(CODES.length, open.shown ? Infinity : open.own);

function show() {
  for (const old of document.querySelectorAll(".letter")) old.remove();
  const now = lettered();
  const items = now.map(([point], at) => ({ line: open.line, point, element: Object.assign(document.createElement("kbd"), { textContent: keycap(CODES[at]) }) }));
  if (items.length) putOver("letter", items);
  highlight("piece", now.flatMap((piece) => rangesOf(piece, open.line)));
  help.hidden = !open;
  for (const part of help.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== (now.length ? "lettered" : "marked");
  for (const part of help.querySelectorAll("[data-piece=on]")) part.hidden = !now.length || open.pieces.length <= now.length;
  spoken.textContent = now.map((piece, at) => `${keycap(CODES[at])}: ${words(piece)}`).join("; ");
}

const words = ([from, to]) => open.line.points.slice(from - open.line.start, to - open.line.start).join("");

function mark(from, to) {
  open.span = closed(open.line, [from, to]);
  open.onSpan([...open.kept, open.span]);
}

function pick(at, whole = false) {
  if (open.first === null || open.last !== null) Object.assign(open, { first: at, last: whole ? at : null });
  else open.last = at;
  const picked = [open.pieces[open.first], open.pieces[open.last ?? open.first]];
  mark(Math.min(...picked.map(([from]) => from)), Math.max(...picked.map(([, to]) => to)));
  show();
}

// Letters what comes after (or before) what is lettered now: the rest of a long sentence, then the
// sentences that follow in the paragraph, then the beginning again.
function turn(back = false) {
  const starts = [0];
  for (let at = Math.min(open.own, CODES.length); at < open.pieces.length; at += CODES.length) starts.push(at);
  open.shown = starts.at((starts.indexOf(open.shown) + (back ? -1 : 1)) % starts.length);
  show();
}

// Begins a span anew, beside those kept.
function again(kept) {
  Object.assign(open, { kept, first: null, last: null, span: null });
  open.onSpan(kept);
  show();
}

function moveEdge(step, ofStart) {
  const { words: all } = open.line;
  let first = all.findIndex(([, to]) => to > open.span[0]);
  let last = all.findLastIndex(([from]) => from < open.span[1]);
  if (ofStart) first = Math.min(last, Math.max(0, first + step));
  else last = Math.max(first, Math.min(all.length - 1, last + step));
  open.last ??= open.first;
  mark(all[first][0], all[last][1]);
  show();
}

const KEYS = { // those that answer false are left to the page, which they leave this for
  Space: ({ shiftKey }) => turn(shiftKey),
  Enter: () => Boolean(open.span) && end(),
  Escape: () => end(),
  Backspace: () => again(open.kept),
  Comma: () => open.span && again([...open.kept, open.span]),
};

// Takes a key while the pieces are lettered or an end is moved; tells whether it was one of these.
export function pieceKey(event) {
  const { code, key, altKey, shiftKey, target } = event;
  if (!open || event.isComposing || event.ctrlKey || event.metaKey || /^(Shift|Alt|AltGraph|CapsLock)$/.test(key)) return false;
  if (target.closest?.("input, textarea, select, button, a, summary, dialog")) return false;
  const at = altKey || shiftKey ? -1 : CODES.slice(0, lettered().length).indexOf(code);
  if (at >= 0) {
    if (!event.repeat) pick(open.shown + at);
    return true;
  }
  if (code in STEPS) {
    if (open.span) moveEdge(open.rtl ? -STEPS[code] : STEPS[code], altKey);
    return true;
  }
  const act = KEYS[key === "+" ? "Comma" : code.replace("NumpadEnter", "Enter")];
  if (act && act(event) !== false) return true;
  end();
  return false;
}

// The piece at which the pointer is, or null beside the text.
function pieceAt({ clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY) ?? document.caretRangeFromPoint?.(clientX, clientY);
  const node = place?.offsetNode ?? place?.startContainer;
  const p = open.line.sentences.find((each) => each.contains(node));
  if (!p) return null;
  const point = pointAt(open.line, node, place.offset ?? place.startOffset);
  const distance = ([from, to]) => Math.max(from - point, 0, point - to);
  return open.pieces.reduce((best, piece, at) => (distance(piece) < distance(open.pieces[best]) ? at : best), 0);
}

// Picks the piece under the pointer, as its letter would; `whole`: that piece alone.
export function pickAt(event, whole = false) {
  const at = open ? pieceAt(event) : null;
  if (at === null) return false;
  if (whole) open.first = open.last = null;
  pick(at, whole);
  return true;
}

help?.addEventListener("click", ({ target }) => {
  const act = { further: KEYS.Comma, on: () => turn(), again: KEYS.Backspace, leave: end }[target.closest("[data-piece]")?.dataset.piece];
  if (open) act?.();
});
addEventListener("resize", () => open && show());
