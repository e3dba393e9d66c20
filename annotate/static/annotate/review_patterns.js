// Keys of the lists of claims that are alike: each presses what stands with the claim one is on.

import { actionOf, showKeys } from "./keymap.js";
import { isLeft } from "./leaving.js";

const stops = [...document.querySelectorAll("[data-stop]")];
const here = () => stops.indexOf(document.activeElement.closest("[data-stop]"));

function move(step) {
  stops.at(Math.min(Math.max(here() + step, 0), stops.length - 1))?.focus();
}

function press(selector, root = stops[Math.max(here(), 0)]) {
  const target = root?.querySelector(selector);
  target?.click();
  return Boolean(target);
}

const ACTIONS = {
  next: () => move(1),
  previous: () => move(-1),
  leave: () => document.activeElement.blur(),
  save: () => press("[data-settles]"),
  "no-claim": () => press("[data-takes=none]"),
  undo: () => press("#undo [type=submit]", document),
  keys: showKeys,
};

document.addEventListener("keydown", (event) => {
  const action = isLeft() ? null : actionOf(event);
  const number = /^option:Digit([1-9])$/.exec(action)?.[1];
  const done = number ? press(`[data-takes="${number}"]`) : action in ACTIONS ? ACTIONS[action]() : false;
  if (done !== false) event.preventDefault();
});
