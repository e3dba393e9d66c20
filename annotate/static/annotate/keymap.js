// Keys: which action a key asks for, what the user's keyboard prints on it, and the dialog that
// lists and changes them. With Ctrl or ⌘ the letter printed on a key counts, else the key's place.

const ACTIONS = { // the first key of an action can be changed, a further one stays
  next: ["KeyJ", "ArrowDown"],
  previous: ["KeyK", "ArrowUp"],
  begin: ["Space"],
  save: ["Enter"],
  finish: ["Shift+Enter"],
  leave: ["Escape"],
  delete: ["Backspace", "Delete"],
  undo: ["Ctrl+KeyZ"],
  redo: ["Ctrl+Shift+KeyZ"],
  "no-claim": ["KeyN"],
  "same-source": ["Period"],
  source: ["Slash"],
  guidelines: ["KeyG"],
  history: ["KeyH"],
  ask: ["Shift+KeyA"],
  pause: ["KeyP"],
  submit: ["Ctrl+Enter"],
};
const HELD = ["next", "previous"]; // what a key held down does again and again
const RESTING = ":is(input, textarea, select, button, a, summary, [contenteditable]):not([data-keys-act])";
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, [contenteditable]";

// --- what is printed on the keys ---

const APPLE = /^(Mac|iP)/.test(navigator.platform);
const SIGNS = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Enter: "⏎", Backspace: "⌫", Delete: "⌦", Escape: "Esc", Space: "␣", Shift: "⇧", Ctrl: APPLE ? "⌘" : "Ctrl" };
const NAMED = { "[": "BracketLeft", "]": "BracketRight", ";": "Semicolon", "'": "Quote", ",": "Comma", ".": "Period", "/": "Slash" };
const PLACES = [..."QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,./"].map((sign) => NAMED[sign] ?? `Key${sign}`);
const LAYOUTS = Object.fromEntries(Object.entries({
  QWERTY: "q w e r t y u i o p [ ] a s d f g h j k l ; ' z x c v b n m , . /",
  AZERTY: "a z e r t y u i o p ^ $ q s d f g h j k l m ù w x c v b n , ; : !",
  QWERTZ: "q w e r t z u i o p ü + a s d f g h j k l ö ä y x c v b n m , . -",
  Arabic: "ض ص ث ق ف غ ع ه خ ح ج د ش س ي ب ل ا ت ن م ك ط ئ ء ؤ ر لا ى ة و ز ظ",
}).map(([name, printed]) => [name, new Map(printed.split(" ").map((letter, at) => [PLACES[at], letter]))]));

const KEPT = "isnad-keys"; // in localStorage: a keyboard belongs to a machine
const kept = { own: {}, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
let caps = LAYOUTS[kept.layout] ?? LAYOUTS.QWERTY;

function keep(change) {
  localStorage.setItem(KEPT, JSON.stringify(Object.assign(kept, change)));
  caps = LAYOUTS[kept.layout] ?? LAYOUTS.machine ?? caps;
  relabel();
}

export const ready = (async () => {
  const layout = await navigator.keyboard?.getLayoutMap().catch(() => null);
  if (layout?.size) LAYOUTS.machine = new Map(layout);
  keep({});
  const asked = document.querySelector("#layout-asked");
  if (asked) asked.hidden = Boolean(LAYOUTS.machine || kept.layout);
})();

// A key that prints what it should not shows which keyboard this is.
function learn({ code, key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (ctrlKey || metaKey || altKey || shiftKey || !PLACES.includes(code) || !/^\p{L}{1,2}$/u.test(key)) return;
  const printed = key.toLowerCase();
  if (printed === caps.get(code)) return;
  const names = ["machine", ...Object.keys(LAYOUTS)];
  const layout = names.find((name) => LAYOUTS[name]?.get(code) === printed);
  if (layout) keep({ layout: layout === "machine" ? undefined : layout });
  else caps = new Map([...caps, [code, printed]]);
  relabel();
}

export const keycap = (code) => SIGNS[code] ?? (caps.get(code) ?? code.replace(/^(Key|Digit|Numpad)/, "")).toUpperCase();

function printed(combination) {
  const parts = combination.split("+");
  const latin = parts[0] === "Ctrl" && /^[A-Z]$/.test(keycap(parts.at(-1)));
  return parts.map((part) => (latin ? SIGNS[part] ?? part.replace("Key", "") : keycap(part))).join(" ");
}

export function relabel(root = document) {
  for (const cap of root.querySelectorAll("kbd[data-code], kbd[data-action]")) {
    cap.textContent = keysOf(cap.dataset.action ?? `option:${cap.dataset.code}`).map(printed).join(" ");
  }
}

// --- which action a key asks for ---

function keysOf(name) {
  const [first, ...others] = ACTIONS[name] ?? [name.replace("option:", "")];
  return [kept.own[name] ?? first, ...others];
}

function combination({ code, key, ctrlKey, metaKey, shiftKey }) {
  const ctrl = ctrlKey || metaKey;
  const digit = /^\d$/.test(key) && /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit) return `${ctrl ? "Ctrl+" : ""}Digit${digit}`; // with Shift, too: AZERTY
  const place = ctrl && /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code.replace("NumpadEnter", "Enter");
  return `${ctrl ? "Ctrl+" : ""}${shiftKey ? "Shift+" : ""}${place}`;
}

// The name of the action, `option:<code>` for any other key, or null where the keys rest.
export function actionOf(event) {
  if (event.isComposing || event.altKey || document.querySelector("dialog:modal")) return null;
  const pressed = combination(event);
  const always = pressed === "Escape" || pressed.startsWith("Ctrl+");
  if (!always && (kept.off || event.target.closest?.(RESTING))) return null;
  if (pressed.endsWith("+KeyZ") && event.target.closest?.(TYPING)) return null; // the field's own
  const name = ["?", "؟"].includes(event.key) ? "keys" : Object.keys({ ...ACTIONS, ...kept.own }).find((each) => keysOf(each).includes(pressed));
  if (event.repeat && !HELD.includes(name)) return null;
  return name ?? (always || Object.keys(kept.own).includes(`option:${pressed}`) ? null : `option:${pressed}`);
}

document.addEventListener("keydown", learn, { capture: true });
document.addEventListener("htmx:load", ({ target }) => relabel(target));
