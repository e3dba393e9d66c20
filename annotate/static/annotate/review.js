// The reviewer's table: keys, and settling without waiting: the next item is loaded while one looks
// at this one. Without this file all of it stays usable as plain forms.

import { actionOf, relabel, showKeys } from "./keymap.js";
import { foldOrUnfold, unfold } from "./review_folds.js";
import { choose, closeOptions, write, writeAnother, written } from "./review_rows.js";

const HEADERS = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
const HELD = 60_000; // milliseconds after which one says again that one is on the item

let item = document.querySelector("#item"); // none on the queue's page
let ahead = null; // a promise of the next item, null where there is none or it could not be loaded
let sending = Promise.resolve();

const parsed = (html) => document.createRange().createContextualFragment(html);
const form = () => item?.querySelector("#settle");
const stop = () => document.activeElement.closest("[data-stop]");

// --- the item, the next one, and who else is on it ---
async function load(url) {
  const answer = await fetch(url, { headers: HEADERS, cache: "no-store" }).catch(() => null);
  return answer?.ok ? parsed(await answer.text()).querySelector("#item") : null;
}

function show(element, address) {
  item.replaceWith(element);
  item = element;
  htmx.process(item);
  history.pushState(null, "", address);
  relabel(item);
  scrollTo(0, 0);
  item.querySelector("[role=alert]:not([hidden]), h1").focus({ preventScroll: true });
  begin();
}

function begin() {
  ahead = item.dataset.next ? load(item.dataset.next) : null;
  hold();
}

async function hold() {
  if (document.hidden) return;
  const here = item;
  const answer = await fetch(here.dataset.presence, { method: "POST", headers: HEADERS }).catch(() => null);
  if (answer?.ok) here.querySelector("#others").replaceWith(parsed(await answer.text()));
}

// --- settling ---
function complain(words, target = null) {
  const place = item.querySelector("#wanting");
  place.textContent = words;
  place.hidden = false;
  target?.focus();
  if (!target) place.scrollIntoView({ block: "center" });
}

// What is not chosen yet, in words beside the button.
function asked(isEmpty) {
  const claim = !isEmpty && [...item.querySelectorAll(".claim:has(.takes)")].find((each) => !decided(each));
  const reason = form().querySelector("[name=reason]:invalid");
  if (claim) complain(item.dataset.choose, claim);
  else if (reason) complain(item.dataset.reasonless, reason);
  return Boolean(claim || reason);
}

const decided = (claim) => claim.querySelector("[data-take]:checked, .written");

async function settle(button) {
  const left = item;
  const address = location.href;
  const sent = form();
  const url = button.getAttribute("formaction") ?? sent.action;
  const body = new FormData(sent);
  await sending;
  const next = await ahead;
  if (left !== item) return;
  if (!next) {
    sent.action = url;
    sent.submit(); // the last one, or the next could not be loaded: the server leads on
    return;
  }
  show(next, left.dataset.next);
  sending = send(url, body, left, address);
}

async function send(url, body, left, address) {
  const answer = await fetch(url, { method: "POST", headers: HEADERS, body }).catch(() => null);
  const came = answer && answer.status !== 401 && answer.status < 500 ? parsed(await answer.text()) : parsed("");
  if (answer?.ok) {
    for (const part of [...came.children]) document.getElementById(part.id)?.replaceWith(part);
    relabel();
    return;
  }
  const waiting = item; // what was begun there meanwhile is kept, and comes again
  const again = came.querySelector("#item") ?? left;
  show(again, address);
  ahead = Promise.resolve(waiting);
  if (again === left) complain(item.dataset.unsettled);
}

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  const button = event.submitter ?? form().querySelector("[data-settles]");
  if (!asked(button.dataset.code === "KeyE")) settle(button);
});

document.addEventListener("invalid", (event) => {
  if (event.target.form !== form()) return;
  event.preventDefault(); // our own words in the place of the browser's
  asked(false);
}, true);

// --- taking readings and repairing rows ---
function takeOf(claim, number, clean) {
  const radio = claim.querySelector(`[data-take="${number}"]`) ?? claim.querySelector("[data-take=none]");
  if (!radio) return;
  radio.checked = true;
  if (clean) for (const row of claim.querySelectorAll(".written")) write(row, "");
}

function take(number) {
  if (!form()) return false;
  const [here, claim] = [stop(), document.activeElement.closest(".claim")];
  const inRow = here && here !== claim && number !== "none";
  const value = inRow && here.querySelectorAll("td[data-reader]")[number - 1]?.dataset.value;
  if (inRow) return value ? write(here, value) : false;
  if (!claim && !form().querySelector(`[data-takes="${number}"]`)) return false;
  for (const each of claim ? [claim] : item.querySelectorAll(".claim")) takeOf(each, number, !claim);
  return true;
}

// --- keys ---
function move(step) {
  const stops = [...(item ?? document).querySelectorAll("[data-stop]")];
  if (!stops.length) return false;
  closeOptions();
  const here = stops.indexOf(stop());
  const there = stops.at(here < 0 ? Math.min(step, 0) : Math.min(Math.max(here + step, 0), stops.length - 1));
  unfold(there);
  there.focus();
  return true;
}

function leave() {
  const within = document.activeElement.closest(":is(.decision, .more details)");
  if (closeOptions()) return;
  if (within?.matches("details")) within.open = false;
  (within ? within.closest("[data-stop]") ?? within.querySelector("summary") : null)?.focus();
  if (!within) document.activeElement.blur();
}

function enter() {
  if (!item) return press((stop() ?? document).querySelector("a.open"));
  return press(form()?.querySelector("[data-settles]"));
}

function press(target) {
  target?.click();
  return Boolean(target);
}

// The control that has this key: one here in the claim before one elsewhere.
function pressKey(code) {
  const option = item?.querySelector(`.options [data-option="${code}"]`);
  if (option) return press(option);
  if (item && code === "KeyV") return foldOrUnfold(document.activeElement.closest(".claim") ?? item);
  const claim = document.activeElement.closest(".claim");
  const details = item?.querySelector(`[data-more="${code}"][data-of="${claim?.id}"]`) ?? item?.querySelector(`[data-more="${code}"]`);
  if (!details) return press(item?.querySelector(`:is(a, button, input)[data-code="${code}"]`));
  details.open = true;
  details.querySelector("textarea, input:not([type=hidden])").focus();
  return true;
}

const ACTIONS = {
  next: () => move(1),
  previous: () => move(-1),
  leave,
  begin: () => writeAnother(stop()),
  save: enter,
  "no-claim": () => take("none"),
  undo: () => sending.then(() => press(document.querySelector("#undo [type=submit]"))),
  keys: showKeys,
};

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  const code = action?.startsWith("option:") ? action.slice(7) : null;
  const number = /^Digit([1-9])$/.exec(code)?.[1];
  const open = item?.querySelector(".options");
  const done = code ? (number && !open ? take(Number(number)) : pressKey(code)) : action in ACTIONS ? ACTIONS[action]() : false;
  if (done !== false) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest(".options button");
  const whole = event.target.closest("#settle button[data-takes]");
  if (option) choose(option);
  if (!whole) return;
  event.preventDefault();
  document.activeElement.blur();
  take(whole.dataset.takes === "none" ? "none" : Number(whole.dataset.takes));
});
document.addEventListener("change", ({ target }) => {
  const row = target.closest(".decision")?.closest("[data-stop]");
  if (row) written(row);
  if (target.matches("[name=reason], [data-take]")) item.querySelector("#wanting").hidden = true;
});
addEventListener("popstate", () => location.reload());

if (item) {
  begin();
  for (const row of item.querySelectorAll("tr[data-stop]")) written(row);
  setInterval(hold, HELD);
}
