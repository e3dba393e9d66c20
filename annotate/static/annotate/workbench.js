// The workbench at work: marking words, choosing by key, moving from sentence to sentence.
// Every save is one htmx request, which the forms of the page describe; nothing is decided here.

import { actInSources, closeSources } from "./sources.js";
import { joined, paint, paragraphOf, pieceOf, quoteOf, selectedPiece, spanOf, wholeSentence } from "./spans.js";

const IDLE = 60_000; // a longer gap between two signs of life is not work
const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = () => find("#claim");
const here = () => find(".sentence.here");
const paragraph = () => find("p", here());
const shown = () => document.getElementById(find("#panel").dataset.sentence); // the panel's sentence

// --- the words of the claim ---

let draft = [];

function show(pieces) {
  draft = joined(pieces);
  paint(draft);
  if (!form()) return;
  form().elements.spans.value = draft.length ? JSON.stringify(draft.map(spanOf)) : "";
  form().elements.quotes.value = draft.length ? JSON.stringify(draft.map(quoteOf)) : "";
  find("#words").textContent = draft.map(quoteOf).join(" … ");
}

function showStored() {
  const stored = form()?.elements.spans.value;
  draft = stored && here() ? JSON.parse(stored).map((span) => pieceOf(paragraph(), span)) : [];
  if (draft.includes(null)) draft = [];
  paint(draft);
}

async function takeSelection() {
  const piece = selectedPiece();
  if (!piece || !find("#panel")) return;
  const row = piece.paragraph.parentElement;
  if (row !== shown()) await focus(row);
  if (!form() || row !== shown()) return;
  show(find("#piece").checked ? [...draft, piece] : [piece]);
  document.getSelection().removeAllRanges();
}

let pointerDown = false;
let settling;
for (const sign of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(sign, () => {
    pointerDown = sign === "pointerdown";
    if (sign === "pointerup") takeSelection();
  });
}
document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  if (!pointerDown) settling = setTimeout(takeSelection, 600);
});

// --- from sentence to sentence ---

function place(row) {
  here()?.classList.remove("here");
  row.classList.add("here");
}

async function focus(row, query = "") {
  if (!row) return;
  place(row);
  const source = find(".state", row); // its hx-sync: of several rows asked for, the last is shown
  await htmx.ajax("GET", source.getAttribute("hx-get") + query, { source, target: "#panel", swap: "outerHTML" }).catch(() => {});
  if (row === here() && row !== shown()) place(shown());
}

// On a phone the panel covers the lower part of the screen: the sentence goes to the top.
function reveal(row) {
  row?.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });
}

function move(step) {
  const rows = all(".sentence");
  focus(rows[rows.indexOf(here()) + step]);
}

function nextUnjudged() {
  const rows = all(".sentence");
  const open = (row) => row.matches(".is-unread, .is-open");
  const at = rows.indexOf(here());
  focus(rows.slice(at + 1).find(open) ?? rows.find(open));
}

// --- the panel ---

function empty() {
  const fields = form().elements;
  all(".scroll .choice input, #piece, #through", form()).forEach((input) => { input.checked = input.value === ""; });
  all("[name=note], #source, .scroll .question > input", form()).forEach((input) => { input.value = ""; });
  fields.annotation_id.value = crypto.randomUUID();
  find("#chain").replaceChildren();
  closeSources();
  all(".editing", form()).forEach((each) => each.remove());
  show([]);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#whole")) show([wholeSentence(paragraph())]);
  const card = event.target.closest(".claims a");
  if (card) {
    event.preventDefault();
    focus(card.closest(".sentence"), card.search);
  }
  const pressed = paragraphOf(event.target);
  if (pressed && document.getSelection().isCollapsed && pressed.parentElement !== here()) focus(pressed.parentElement);
  // After a click the keys go on working: they rest only while somebody types or tabs.
  if (event.detail) event.target.closest(".choice input, [type=checkbox], button, a")?.blur();
  if (!event.target.closest("#submit")) find("#submit")?.removeAttribute("open");
});

// --- requests ---

let seconds = 0;
let lastSign = Date.now();
function alive() {
  const now = Date.now();
  if (!document.hidden && now - lastSign <= IDLE) seconds += (now - lastSign) / 1000;
  lastSign = now;
}
for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) document.addEventListener(sign, alive, { passive: true });
document.addEventListener("visibilitychange", () => { lastSign = Date.now(); });

const isSave = ({ requestConfig, pathInfo }) => requestConfig.verb === "post" && pathInfo.requestPath.includes("/sentences/");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "post") return;
  alive();
  event.detail.parameters.seconds = Math.round(seconds);
  // Whoever signed in again in another tab has a new token: the cookie knows it, this page does not.
  const token = document.cookie.match(/csrftoken=(\w+)/)?.[1];
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  delete event.detail.parameters.csrfmiddlewaretoken;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isSave(detail) || !detail.xhr.status) return;
  const path = detail.pathInfo.requestPath;
  const row = shown();
  if (!form() || !path.includes(row.id.replace("sentence-", "/sentences/"))) return;
  form().elements.revision.value = crypto.randomUUID();
  if (!detail.successful) return;
  find("#problem").replaceChildren();
  form().elements.parent.value = row.dataset.head;
  find("#panel").dataset.claims = row.dataset.claims;
  if (/\/(claim|delete)\/$/.test(path)) empty();
  if (/\/(finish|no-claim|skip)\/$/.test(path)) nextUnjudged();
  if (/\/undo\/$/.test(path) && find(".about")) focus(row);
});

document.addEventListener("htmx:sendError", () => find("#problem").replaceChildren(find("#offline").content.cloneNode(true)));

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.matches(".sentence")) seconds = 0;
  if (detail.target.id === "panel") {
    closeSources();
    place(shown());
    reveal(here());
    showStored();
  }
});

// A row that comes anew does not know that it is here.
document.addEventListener("htmx:afterSettle", () => here() ?? place(shown()));

// --- keys: Latin letters with Ctrl by what is printed on them, all others by their place ---

const press = (selector) => find(selector)?.click();
const KEYS = {
  Enter: () => form()?.requestSubmit(),
  KeyN: () => press("#none"),
  Slash: () => find("#source")?.focus(),
};
const STEPS = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };
const CTRL_KEYS = {
  KeyZ: () => press("#undo"),
  Enter: () => {
    find("#submit").open = true;
    find("#submit button").focus();
  },
};

function act(event) {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.ctrlKey || event.metaKey) {
    if (event.shiftKey || event.altKey) return false;
    const code = /^[a-z]$/i.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
    if (typing && code === "KeyZ") return false;
    CTRL_KEYS[code]?.();
    return code in CTRL_KEYS;
  }
  if (event.code === "Escape" && event.target !== document.body) {
    event.target.blur();
    find("#submit")?.removeAttribute("open");
    closeSources();
    return true;
  }
  if (actInSources(event)) return true;
  if (event.altKey || event.shiftKey || event.target.closest("input, textarea, select, button, a, summary")) return false;
  if (event.code in STEPS) {
    move(STEPS[event.code]);
    return true;
  }
  const choice = find(`#panel [data-code="${event.code}"] input`);
  if (!choice && !(event.code in KEYS)) return false;
  // A key held down acts once, and none acts on a sentence that is about to leave the panel.
  if (event.repeat || find(".sentences .htmx-request")) return true;
  if (choice) choice.click();
  else KEYS[event.code]();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!event.isComposing && act(event)) event.preventDefault();
});

showStored();
reveal(here());
