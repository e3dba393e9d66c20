// The reviewer's table: keys, and settling without waiting: the next item is loaded while one looks
// at this one. Without this file all of it stays usable as plain forms.

import { actionOf, relabel, showKeys } from "./keymap.js";
import { isLeft } from "./leaving.js";
import { ask, load, saidIn } from "./review_asking.js";
import { foldOrUnfold, unfold } from "./review_folds.js";
import { forget, keep, restore } from "./review_keeping.js";
import { choose, closeOptions, write, writeAnother, written } from "./review_rows.js";
import { post } from "./review_sending.js";
import { asked, letGo, tell } from "./review_wanting.js";

const HELD = 60_000; // milliseconds after which one says again that one is on the item

let item = document.querySelector("#item"); // none on the queue's page
let coming = []; // what comes behind this item: addresses, each with a promise of its item or of null
let sending = Promise.resolve(true); // whether what was settled last is stored
let touched = false; // since the item came

const form = () => item?.querySelector("#settle");
const stop = () => document.activeElement.closest("[data-stop]");

// --- the item, the next one, and who else is on it ---
function show(element, address) {
  element.inert = touched = false;
  if (element !== item) {
    item.replaceWith(element);
    item = element;
    htmx.process(item);
    history.pushState(null, "", address);
    relabel(item);
  }
  const told = item.querySelector("[data-lacks] select, [role=alert]:not([hidden])");
  scrollTo(0, 0);
  told?.scrollIntoView({ block: "nearest" });
  (told ?? item.querySelector("h1")).focus({ preventScroll: true });
  begin();
}

function begin() {
  restore(item);
  for (const row of item.querySelectorAll("tr[data-stop]")) written(row);
  const { next } = item.dataset;
  // Asked for once what was settled is stored: else it may be that again.
  if (next && !coming.length) coming.push({ address: next, element: sending.then(() => load(next)) });
  hold();
}

async function hold() {
  if (document.hidden) return;
  const here = item;
  const { ok, came } = await ask(here.dataset.presence, { method: "POST" });
  if (ok) here.querySelector("#others").replaceWith(came);
}

// --- settling ---
// It is sent at once, and takes no more keys. What comes next is shown when it is there; if the
// server is quicker, that leads on.
async function settle(button) {
  const [left, address, sent, before, next] = [item, location.href, form(), sending, coming[0]];
  left.inert = true;
  keep(left); // should the page be left before the answer comes
  const answered = post(button.getAttribute("formaction") ?? sent.action, new FormData(sent));
  const element = await Promise.race([next?.element, answered.then(() => null)]);
  if (element) {
    coming = coming.filter((each) => each !== next);
    show(element, next.address);
  }
  const [{ came }] = await Promise.all([answered, before]);
  const on = came.querySelector("#leads-on")?.href;
  if (on) leadOn(left, came, on);
  else comeBack(came, left, address);
  return Boolean(on);
}

function leadOn(left, came, on) {
  forget(left);
  for (const part of [...came.children]) document.getElementById(part.id)?.replaceWith(part);
  relabel();
  if (item !== left) return;
  const [next] = coming;
  if (next?.again) show(coming.shift().again, next.address);
  else location.assign(on);
}

// What was not settled is shown again; where one is at work on another by now, after that.
function comeBack(came, left, address) {
  const again = came.querySelector("#item") ?? left;
  if (again === left) tell(left, saidIn(came) ?? left.dataset.unsettled);
  coming = coming.filter((each) => pathOf(each.address) !== pathOf(address));
  if (item !== left && touched) {
    coming.unshift({ address, element: Promise.resolve(again), again });
    tell(item, item.dataset.returns);
    return;
  }
  if (item !== left) coming.unshift({ address: location.href, element: Promise.resolve(item) });
  show(again, address);
}

const pathOf = (address) => new URL(address, location.href).pathname;

function startToSettle(button) {
  const mine = settle(button);
  sending = mine;
  mine.then((stored) => { if (!stored && sending === mine) sending = Promise.resolve(true); });
}

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  const button = event.submitter ?? form().querySelector("[data-settles]");
  if (!item.inert && !asked(item, button.dataset.code === "KeyE")) startToSettle(button);
});

document.addEventListener("invalid", (event) => {
  if (event.target.form !== form()) return;
  event.preventDefault(); // our own words in the place of the browser's
  asked(item, false);
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
  undo: () => sending.then((stored) => stored && !isLeft() && press(document.querySelector("#undo [type=submit]"))),
  keys: showKeys,
};

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  if (isLeft() || (item?.inert && action !== "undo")) return;
  const code = action?.startsWith("option:") ? action.slice(7) : null;
  const number = /^Digit([1-9])$/.exec(code)?.[1];
  const open = item?.querySelector(".options");
  const done = code ? (number && !open ? take(Number(number)) : pressKey(code)) : action in ACTIONS ? ACTIONS[action]() : false;
  if (done !== false) event.preventDefault();
  if (item) letGo(item);
});

document.addEventListener("click", (event) => {
  const option = event.target.closest(".options button");
  const whole = event.target.closest("#settle button[data-takes]");
  if (option) choose(option);
  if (whole) {
    event.preventDefault();
    document.activeElement.blur();
    take(whole.dataset.takes === "none" ? "none" : Number(whole.dataset.takes));
  }
  if (item) letGo(item);
});
document.addEventListener("change", ({ target }) => {
  const row = target.closest(".decision")?.closest("[data-stop]");
  if (row) written(row);
  if (item) letGo(item, target.name);
});
for (const sign of ["keydown", "pointerdown", "input"]) {
  document.addEventListener(sign, () => { touched = true; }, { capture: true });
}
addEventListener("popstate", () => location.reload());
addEventListener("pagehide", () => keep(item));

if (item) {
  begin();
  setInterval(hold, HELD);
}
