// Keys of the reviewer's table. They press what is on the page: without this file all stays usable.
// A number or N acts on the claim in focus; where none is, on the whole sentence.

const IN_A_FIELD = "input, select, textarea, button, a, summary, [contenteditable]";
const STEPS = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };

const form = document.querySelector("#settle");
const claims = [...document.querySelectorAll(".claim")];

function choiceOf(code) {
  if (code === "KeyN") return "N";
  return /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
}

function move(step) {
  const here = claims.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : claims.length - 1) : here + step;
  claims[Math.min(Math.max(next, 0), claims.length - 1)]?.focus();
}

function choose(key) {
  const claim = document.activeElement.closest(".claim");
  const target = (claim ?? form)?.querySelector(claim ? `input[data-key="${key}"]` : `button[data-key="${key}"]`);
  if (!target) return false;
  if (claim) target.checked = true;
  else target.click();
  return true;
}

function settle() {
  const button = form?.querySelector("button[data-key=Enter]");
  button?.click();
  return Boolean(button);
}

function act(event) {
  const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (undoes) {
    const latin = /^[a-z]$/i.test(event.key);
    if (latin ? event.key.toLowerCase() !== "z" : event.code !== "KeyZ") return false;
    const undo = document.querySelector("#undo");
    undo?.requestSubmit();
    return Boolean(undo);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (event.code in STEPS) {
    if (!claims.length) return false;
    move(STEPS[event.code]);
    return true;
  }
  if (event.key === "Enter") return settle();
  const key = choiceOf(event.code);
  return key ? choose(key) : false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.target.closest?.(IN_A_FIELD)) return;
  if (act(event)) event.preventDefault();
});
