// The source of a claim by typing. The list belongs to the words typed last: a late answer to
// earlier ones is never shown, and Enter waits for it. The field keeps the focus, the list the choice.

import { chain, chainChanged, setChain } from "./form.js";
import { get, post, signedOut } from "./outbox.js";

const PAUSE = 120; // milliseconds without a key after which the list is asked for
const the = (id) => document.getElementById(id);
const options = () => [...the("sources").querySelectorAll("[role=option]")];
const active = () => options().find((option) => option.matches("[aria-selected=true]"));

let asked = 0; // questions so far; only the answer to the last is shown
let coming = null; // a promise of the list of the words in the field, if it was asked for
let pause;

function ask() {
  clearTimeout(pause);
  return (coming = look((asked += 1), the("source").value));
}

async function look(number, typed) {
  const answer = signedOut ? null : await get(`${the("source").dataset.url}&q=${encodeURIComponent(typed)}`);
  if (number !== asked) return false;
  if (answer?.ok) the("sources").outerHTML = answer.text;
  else offerKnown(typed);
  options().forEach((option, at) => { option.id = `source-${at}`; });
  the("sources").hidden = false;
  the("source").setAttribute("aria-expanded", true);
  activate(typed.trim() ? options()[0] : null);
  for (const part of [the("sources"), the("source")]) part.scrollIntoView({ block: "nearest" });
  return true;
}

// Without the server: the sources that stand in this article's claims.
function offerKnown(typed) {
  const folded = (text) => text.normalize("NFKD").replace(/[\p{M}ـ]/gu, "").toLowerCase().replace(/ى/g, "ي").replace(/ة/g, "ه");
  const claims = [...document.querySelectorAll("[data-judgement]")].flatMap((row) => JSON.parse(row.dataset.judgement).claims);
  const all = [...new Map(claims.flatMap((claim) => claim.source_chain))];
  const known = all.filter(([, name]) => folded(name).includes(folded(typed.trim())));
  the("sources").querySelector("ul").replaceChildren(...known.map(([source, name]) => {
    const option = Object.assign(document.createElement("li"), { role: "option", textContent: name });
    Object.assign(option.dataset, { source, name });
    return option;
  }));
  the("sources").querySelector(".offline").hidden = false;
  the("sources").querySelector(".propose")?.remove(); // of what was typed before
}

function activate(option) {
  for (const each of options()) each.setAttribute("aria-selected", each === option);
  the("source").setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function forget() { // what was asked for is not wanted any more
  clearTimeout(pause);
  asked += 1;
  coming = null;
}

function closeSources() {
  forget();
  if (!the("sources")) return;
  the("sources").hidden = true;
  the("source").setAttribute("aria-expanded", false);
}

// Puts a source in the place of the holder, or outermost if what is there was reported through it.
export function take({ source, name }, through = the("through").checked) {
  const others = chain().filter(([id]) => id !== source);
  setChain(through ? [[source, name], ...others] : [...others.slice(0, chain().length - 1), [source, name]]);
  the("source").value = "";
  closeSources();
  the("panel-title").focus(); // where the keys of the options act
}

async function propose(box) {
  const mine = asked;
  const answer = await post(box.dataset.url, { ...box.dataset, kind: box.querySelector("select").value });
  if (mine !== asked) return; // the field was left: the source is there when it is looked for
  const told = new DOMParser().parseFromString(answer?.text ?? "", "text/html").body;
  const made = answer?.ok && told.querySelector("[data-source]");
  if (made) take(made.dataset);
  else box.querySelector("[role=alert]").textContent = told.textContent.trim() || the("sources").querySelector(".offline").textContent;
}

function choose(option, through) {
  if (!("propose" in option.dataset)) return take(option.dataset, through || the("through").checked);
  const box = the("sources").querySelector(".propose");
  box.hidden = false;
  return box.querySelector("select").focus();
}

async function chooseActive(through) {
  if ((await (coming ?? ask())) && active()) choose(active(), through);
}

// What the keys do in the field with its list, in the kinds of a new source, and in the chain.
function inField({ key, shiftKey }) {
  const at = options().indexOf(active());
  if (key === "Enter") {
    if (active() || the("source").value.trim()) chooseActive(shiftKey);
  } else if (key === "ArrowDown" && the("sources").hidden) ask();
  else if (key === "ArrowDown") activate(options()[at + 1] ?? active());
  else if (key === "ArrowUp" && at > 0) activate(options()[at - 1]);
  else if (key === "ArrowUp") document.querySelector("#suggestions button")?.focus();
  else if (key === "Escape" && !the("sources").hidden) closeSources();
  else return false;
  return true;
}

function inPropose({ key, target }) {
  if (key === "Enter") propose(target.closest(".propose"));
  else if (key === "Escape") the("source").focus();
  else return false;
  return true;
}

function inChain({ key, target }) {
  const held = target.closest("li");
  const later = getComputedStyle(held).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "Delete" || key === "Backspace") target.click();
  else if (key === later) held.nextElementSibling?.after(held);
  else if (key === "ArrowLeft" || key === "ArrowRight") held.previousElementSibling?.before(held);
  else return false;
  if (held.isConnected) target.focus();
  chainChanged();
  return true;
}

// Tells whether the key was one of the source's.
function act(event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (target === the("source")) return inField(event);
  if (target.closest?.(".propose")) return inPropose(event);
  return Boolean(target.closest?.("#chain li")) && inChain(event);
}

document.addEventListener("keydown", (event) => {
  if (!act(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // it is no key of the page's then
}, { capture: true });
document.addEventListener("claim:shown", () => {
  closeSources();
  if (the("source") && the("source") !== document.activeElement) the("source").value = ""; // meant for another claim
});
document.addEventListener("focusin", ({ target }) => {
  if (target === the("source")) ask();
  else if (!target.closest(".sources, dialog:modal")) closeSources();
});
document.addEventListener("input", ({ target }) => {
  if (target !== the("source")) return;
  forget();
  pause = setTimeout(ask, PAUSE);
});
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".sources ul")) event.preventDefault(); // the field keeps the focus
});
document.addEventListener("click", ({ target }) => {
  const option = target.closest(".sources [role=option]");
  if (option) choose(option);
  else if (target.closest(".propose button")) propose(target.closest(".propose"));
  else if (!target.closest(".field:has(#source), dialog:modal")) closeSources();
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches("#chain input") || target.checked) return;
  target.closest("li").remove();
  the("source").focus();
  chainChanged();
});
if (the("source") && document.activeElement === the("source")) ask(); // it was quicker than this
