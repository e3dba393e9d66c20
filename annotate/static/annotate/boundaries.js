// Boundaries at work: which sentence is in focus, where it would be cut, and the keys.
// Keys press what is on the page; the server decides. Serves the article and the texts that wait.

import { actionOf, showKeys } from "./keymap.js";
import { codePoints, highlight, rangeIn } from "./spans.js";

const WORDS_SHOWN = 30;
// Where a sentence may begin: behind white space, or behind a stop that lacks its space.
const BEGINNING = /(?<=\s)\S|(?<=[.!?؟…۔。！？])[\p{L}\p{N}«“"]/gu;

let form = document.querySelector("form.mend");
let cut = null; // where the sentence in focus would be cut, in UTF-16 units of its text

const inForm = (selector) => form?.querySelector(selector);
const here = () => inForm("input:checked")?.closest(".unit");
const beginnings = (paragraph) => [...paragraph.textContent.matchAll(BEGINNING)].map(({ index }) => index);

// --- the sentence in focus ---

function choose(row) {
  if (!row) return;
  const radio = row.querySelector("input");
  const listening = document.activeElement?.matches(".unit input");
  radio.checked = true;
  if (listening) radio.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  show(null);
}

function move(step) {
  const rows = [...(form?.querySelectorAll(".unit") ?? [])];
  choose(rows[rows.indexOf(here()) + step]);
}

// --- the cut ---

function show(start) {
  const place = inForm("#place");
  if (!place) return;
  const paragraph = here().querySelector("p");
  const text = paragraph.textContent;
  const piece = start !== null;
  cut = start;
  document.querySelector("#problem").replaceChildren();
  highlight("draft", piece ? [rangeIn(paragraph, start, text.length)] : []);
  form.elements.at.disabled = !piece;
  form.elements.at.value = piece ? Number(paragraph.dataset.start) + codePoints(text.slice(0, start)) : "";
  inForm("#split").disabled = !piece;
  place.replaceChildren(piece ? `${place.dataset.before} ` : place.dataset.none);
  if (piece) place.append(words(paragraph, start));
}

function words(paragraph, start) {
  const shown = document.createElement("bdi");
  shown.textContent = [...paragraph.textContent.slice(start)].slice(0, WORDS_SHOWN).join("");
  shown.lang = paragraph.lang;
  return shown;
}

function shift(step) {
  const paragraph = here()?.querySelector("p");
  if (!paragraph || !inForm("#place")) return;
  const all = beginnings(paragraph);
  const forward = paragraph.dir === "rtl" ? -step : step;
  const next = cut === null ? (forward > 0 ? 0 : all.length - 1) : all.indexOf(cut) + forward;
  if (next in all) show(all[next]);
}

// Where the pointer stands in the text of the paragraph, in units; null beside the letters.
function unitsAt(paragraph, { clientX, clientY }) {
  const position = document.caretPositionFromPoint?.(clientX, clientY);
  const range = position ? null : document.caretRangeFromPoint?.(clientX, clientY);
  const node = position?.offsetNode ?? range?.startContainer;
  return node?.parentElement === paragraph ? (position?.offset ?? range.startOffset) : null;
}

function nearest(paragraph, units) {
  const all = beginnings(paragraph);
  if (units === null || !all.length) return null;
  return all.reduce((best, each) => (Math.abs(each - units) < Math.abs(best - units) ? each : best));
}

// --- pointer, choice and answers ---

document.addEventListener("click", (event) => {
  const row = event.target.closest(".mend .unit");
  if (row?.querySelector("input")) {
    form = row.closest("form");
    if (row !== here()) choose(row);
    const paragraph = event.target.closest("p");
    if (paragraph) show(nearest(paragraph, unitsAt(paragraph, event)));
  }
  // After a click the keys go on working: they rest only while somebody types or tabs. Later, because
  // the form asks first which button was pressed.
  const pressed = event.target.closest(".mend button, .mend input, [data-opens]");
  if (event.detail && pressed) setTimeout(() => pressed.blur());
});

document.addEventListener("change", ({ target }) => {
  if (target.matches(".unit input")) {
    form = target.form;
    choose(target.closest(".unit"));
  }
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "problem") return;
  if (!form?.isConnected) form = form ? document.getElementById(form.id) : null;
  form ??= document.querySelector("form.mend");
  if (!here()) return;
  show(null);
  here().scrollIntoView({ block: "nearest" });
});

// --- keys ---

function press(selector) {
  const button = inForm(selector);
  button?.click();
  return Boolean(button);
}

const ACTIONS = {
  next: () => move(1),
  previous: () => move(-1),
  leave: () => document.activeElement.blur(),
  delete: () => press("#join"),
  undo: () => press("#undo"),
  keys: showKeys,
  "option:ArrowRight": () => shift(1),
  "option:ArrowLeft": () => shift(-1),
  "option:KeyS": () => press("#split"),
};

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  const number = /^option:Digit([1-9])$/.exec(action)?.[1];
  if (number ? press(`button[data-key="${number}"]`) : action in ACTIONS && ACTIONS[action]() !== false) event.preventDefault();
});

show(null);
