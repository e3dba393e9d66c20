// Marking the words of a claim. By clause pieces: those of the sentence in focus (`data-pieces`, see
// domain/pieces) are lettered over its text, the first and the last letter make a span, and arrows
// move an end by a word; keys, mouse and touch pick the same way. Or by selecting words.

import { focus, form, mark as markAll, spans } from "./form.js";
import { keycap } from "./keymap.js";
import { here, standing } from "./rows.js";
import {
  closed, edgesOf, highlight, lineOf, overlap, pairs, paragraphOf, pointAt, putOver, quoteOf, rangesOf, selectedSpan, sentenceSpan,
} from "./spans.js";

const CODES = [..."ASDFGHJKLQWERTYUIOPZXCVBNM"].map((letter) => `Key${letter}`);
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const help = document.querySelector("#pieces"); // what can be pressed (templates/annotate/_pieces.html)
const spoken = document.querySelector("#pieces-spoken");

let open = null;
// { line, rtl, pieces, own: how many of them are of the sentence in focus, shown: the first that is
//   lettered, kept: the stretches marked before, first, last: the pieces picked, span }

function piecesOf(p) {
  const [start] = edgesOf(p);
  return pairs(p.dataset.pieces).map(([from, to]) => [start + from, start + to]);
}

const isFurther = () => document.querySelector("#piece").checked; // a stretch beside those marked

// Letters the pieces of the sentence in focus, from the first that no claim holds yet.
export function begin() {
  end();
  const p = here().querySelector("p");
  if (!p.dataset.pieces) return;
  const line = lineOf(p);
  const own = piecesOf(p);
  const taken = standing(here()).claims.flatMap((claim) => claim.spans);
  const free = Math.max(0, own.findIndex((piece) => !overlap([piece], taken)));
  const following = line.sentences.slice(line.sentences.indexOf(p) + 1).filter((each) => each.dataset.pieces);
  const pieces = [...own.slice(free), ...own.slice(0, free), ...following.flatMap(piecesOf)];
  const kept = isFurther() ? spans : [];
  open = { line, rtl: p.dir === "rtl", pieces, own: own.length, shown: 0, kept, first: null, last: null, span: null };
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
  const items = now.map(([point], at) => ({ line: open.line, point, element: letter(CODES[at]) }));
  if (items.length) putOver("letter", items);
  highlight("piece", now.flatMap((piece) => rangesOf(piece, open.line)));
  help.hidden = !open;
  for (const part of help.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== (now.length ? "lettered" : "marked");
  for (const part of help.querySelectorAll("[data-piece=on]")) part.hidden = !now.length || open.pieces.length <= now.length;
  spoken.textContent = now.map((piece, at) => `${keycap(CODES[at])}: ${quoteOf(piece)}`).join("; ");
}

function letter(code) {
  const made = Object.assign(document.createElement("kbd"), { textContent: keycap(code) });
  made.dataset.cap = code; // so that it changes with the layout
  return made;
}

function mark(from, to) {
  open.span = closed(open.line, [from, to]);
  markAll([...open.kept, open.span]);
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
  markAll(kept);
  show();
}

function moveEdge(step, ofStart) {
  const { words: all } = open.line;
  const own = all.findIndex(([from]) => from >= sentenceSpan(here())[0]); // a claim begins in its sentence
  let first = all.findIndex(([, to]) => to > open.span[0]);
  let last = all.findLastIndex(([from]) => from < open.span[1]);
  if (ofStart) first = Math.min(last, Math.max(own, first + step));
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
  if (event.getModifierState("AltGraph") || target.closest?.("input, textarea, select, button, a, summary, dialog")) return false;
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
document.addEventListener("claim:shown", end);
document.addEventListener("dblclick", (event) => {
  if (!form || !paragraphOf(event.target)) return;
  begin();
  pickAt(event, true);
});
addEventListener("resize", () => open && show());

// --- by selecting ---
function takeSelection() {
  const found = selectedSpan();
  if (!found || !form) return;
  end();
  if (found.row !== here()) focus(found.row);
  if (found.row !== here()) return; // it is only read
  markAll(isFurther() ? [...spans, found.span] : [found.span]);
  document.getSelection().removeAllRanges();
}

let pointerDown = false;
let settling;
for (const sign of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(sign, () => { pointerDown = sign === "pointerdown"; });
}
document.addEventListener("pointerup", takeSelection);
document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  if (!pointerDown) settling = setTimeout(takeSelection, 600);
});
