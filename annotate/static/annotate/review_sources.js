// Names of sources while one types another into a row of the reviewer's table: of a chain, the last.
// With Enter, and when the field is left, they are looked up: one that no source has is added below.

import { ask, saidIn } from "./review_asking.js";
import { post } from "./review_sending.js";
import { letGo } from "./review_wanting.js";

const PAUSE = 150; // milliseconds without a key
const TYPED = "#settle input[list]";
const lookedUp = new WeakSet(); // fields of which the server was asked, as they stand
let waiting = 0;

async function offer(field) {
  const { list, value } = field;
  const [typed, before] = [field.value.split(">").at(-1).trim(), field.value.slice(0, field.value.lastIndexOf(">") + 1)];
  const { ok, came } = typed ? await ask(list.dataset.url + encodeURIComponent(typed)) : {};
  if (!ok || field.value !== value || field !== document.activeElement) return; // for other words, or another claim
  list.replaceChildren(...[...came.querySelectorAll("[data-source]")].map((each) => Object.assign(document.createElement("option"), { value: `${before} ${each.dataset.name}`.trim() })));
}

const boxes = (field) => field.parentElement.querySelectorAll(".new-source");

// What is sent of the chain: as it is typed, in the names of the form without a script.
function chainOf({ name, value }) {
  const claim = name.replace("named-", "");
  return [["adds", claim], [`chain-${claim}`, "named"], [name, value]];
}

// Shows below the field what the server says of its names; tells whether a source is missing.
function show(field, came) {
  for (const each of boxes(field)) each.remove();
  field.after(...came.children);
  letGo(field.closest("#item"));
  return field.parentElement.querySelector("[data-lacks] select");
}

// Looks the names up; null, if they are others by now.
async function lookUp(field) {
  const { value } = field;
  lookedUp.add(field);
  const { ok, came } = await ask(field.list.dataset.missing + new URLSearchParams(chainOf(field)));
  if (!field.isConnected || field.value !== value) return null;
  if (!ok) lookedUp.delete(field);
  return { kind: ok ? show(field, came) : null };
}

async function enter(field) {
  const found = await lookUp(field);
  if (found?.kind) found.kind.focus();
  else if (found) field.form.requestSubmit(field.form.querySelector("[data-settles]"));
}

async function add(box) {
  const field = box.parentElement.querySelector(TYPED);
  const kind = [...box.querySelectorAll("input, select")].map(({ name, value }) => [name, value]);
  const body = new FormData();
  for (const [name, value] of [...chainOf(field), ...kind]) body.set(name, value);
  const { ok, status, came } = await post(box.querySelector("button").getAttribute("formaction"), body);
  if (!box.isConnected) return;
  if (ok || status === 422) (show(field, came) ?? field.closest("[data-stop]")).focus();
  else Object.assign(box.querySelector(".problem"), { textContent: saidIn(came) ?? box.dataset.unreached, hidden: false });
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches(TYPED)) return;
  lookedUp.delete(target);
  for (const each of boxes(target)) each.remove(); // said of other names
  clearTimeout(waiting);
  waiting = setTimeout(offer, PAUSE, target);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches(TYPED) && target.value.trim() && !lookedUp.has(target)) lookUp(target);
});
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const box = target.matches("select") && target.closest(".new-source");
  if (event.key !== "Enter" || event.isComposing || event.repeat || !(box || target.matches(TYPED))) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // it is no key of the page's then
  if (box) add(box);
  else enter(target);
}, { capture: true });
document.addEventListener("click", (event) => {
  const box = event.target.closest("button") && event.target.closest(".new-source");
  if (!box) return;
  event.preventDefault();
  add(box);
});
