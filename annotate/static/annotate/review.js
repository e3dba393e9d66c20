// Keys of the reviewer's table. They press what is on the page: without this file all stays usable.
// A number or N acts on the claim in focus; where none is, on the whole sentence.

import { actionOf, showKeys } from "./keymap.js";

const form = document.querySelector("#settle");
const claims = [...document.querySelectorAll(".claim")];

function move(step) {
  if (!claims.length) return false;
  const here = claims.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : claims.length - 1) : here + step;
  claims[Math.min(Math.max(next, 0), claims.length - 1)].focus();
  return true;
}

function choose(key) {
  const claim = document.activeElement.closest(".claim");
  const target = (claim ?? form)?.querySelector(claim ? `input[data-key="${key}"]` : `button[data-key="${key}"]`);
  if (!target) return false;
  if (claim) target.checked = true;
  else target.click();
  return true;
}

function press(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return Boolean(button);
}

const ACTIONS = {
  next: () => move(1),
  previous: () => move(-1),
  leave: () => document.activeElement.blur(),
  save: () => press("#settle button[data-key=Enter]"),
  "no-claim": () => choose("N"),
  undo: () => press("#undo [type=submit]"),
  keys: showKeys,
};

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  const number = /^option:Digit([1-9])$/.exec(action)?.[1];
  if (number ? choose(number) : action in ACTIONS && ACTIONS[action]() !== false) event.preventDefault();
});
