// Boundaries at work: which sentence is in focus, where it would be cut, and the keys.
// Keys press what is on the page; the server decides. Serves the article and the texts that wait.

import { actionOf, showKeys } from "./keymap.js";
import { codePoints, highlight, rangeIn } from "./spans.js";

const WORDS_SHOWN = 30;
// Where a sentence may begin: behind white space, or behind a stop that lacks its space.
const BEGINNING = /(?<=\s)\S|(?<=[.!?؟…۔。！？])[\p{L}\p{N}«“"]/gu;

let form = document.querySelector("form.mend");
let cut = null; // where the sentence in focus would be cut, in UTF-16 units of its text
let focused = null; // what had the focus in a form that its answer replaced
let asking = false;
const awaited = []; // what is pressed and clicked while one asks: it is for the text that will come

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

// --- pointer and choice ---

document.addEventListener("click", (event) => {
  const row = event.target.closest(".mend .unit");
  if (row?.querySelector("input")) {
    const paragraph = event.target.closest("p");
    const start = paragraph ? nearest(paragraph, unitsAt(paragraph, event)) : undefined;
    act(() => go(row, start));
  }
  // After a click the keys go on working: they rest only while somebody types or tabs. Later, because
  // the form asks first which button was pressed.
  const pressed = event.target.closest(".mend button, .mend input, [data-opens]");
  if (event.detail && pressed) setTimeout(() => pressed.blur());
});

document.addEventListener("change", ({ target }) => {
  if (target.matches(".unit input")) act(() => go(target.closest(".unit"), null));
});

// To a row, which may have come anew; where it has other words by now, only to it.
function go({ id, textContent }, start) {
  const row = document.getElementById(id);
  if (!row) return;
  form = row.closest("form");
  if (row !== here()) choose(row);
  if (start !== undefined && row.textContent === textContent) show(start);
}

// --- answers: until one is there, what is pressed and clicked waits ---

function act(deed) {
  if (asking) return awaited.push(deed);
  return deed();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".mend button");
  if (button && !asking) form = button.form;
  if (!button || !asking) return;
  event.preventDefault();
  if (event.detail > 1) return; // the rest of a double click
  awaited.push(() => {
    form = document.getElementById(button.form.id) ?? form;
    press(selectorOf(button));
  });
}, { capture: true });

function selectorOf({ id, dataset, type }) {
  if (type === "radio") return "input:checked";
  return id ? `#${id}` : `[data-key="${dataset.key}"]`;
}

const isOurs = ({ requestConfig }) => requestConfig.elt.matches(".mend");

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isOurs(detail)) asking = true;
});

document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.closest(".mend :is(button, input)");
});

document.addEventListener("htmx:afterSettle", () => {
  if (form?.isConnected) return;
  form = form ? document.getElementById(form.id) : document.querySelector("form.mend");
  if (!here()) return;
  show(null);
  here().scrollIntoView({ block: "nearest" });
  if (focused && document.activeElement === document.body) inForm(selectorOf(focused))?.focus({ preventScroll: true });
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isOurs(detail)) return;
  asking = false;
  if (!detail.xhr.status) document.querySelector("#problem").textContent = detail.requestConfig.elt.dataset.unreached;
  if (!detail.successful) awaited.length = 0; // what they were for has not come
  while (awaited.length && !asking) awaited.shift()();
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
  const deed = number ? () => press(`button[data-key="${number}"]`) : ACTIONS[action];
  if (deed && (deed === showKeys ? deed() : act(deed)) !== false) event.preventDefault();
});

show(null);
