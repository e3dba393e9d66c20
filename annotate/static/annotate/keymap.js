// Keys: which action a key asks for, what the user's keyboard prints on it, and the dialog that
// changes them. With Ctrl or ⌘ the Latin letter printed on a key counts, else the key's place.

const ACTIONS = { // the last key of an action can be changed, one before it stays
  next: ["ArrowDown", "KeyJ"], previous: ["ArrowUp", "KeyK"], leave: ["Escape"],
  begin: ["Space"], save: ["Enter"], finish: ["Shift+Enter"], delete: ["Backspace"], discard: ["Shift+Backspace"],
  undo: ["Ctrl+KeyZ"], redo: ["Ctrl+Shift+KeyZ"], submit: ["Ctrl+Enter"],
  "no-claim": ["KeyN"], "same-source": ["Period"], source: ["Slash"], ask: ["Shift+KeyA"],
  guidelines: ["KeyG"], history: ["KeyH"], pause: ["KeyP"],
};
const HELP = ["?", "؟"]; // opens the dialog, wherever it is printed
const RESTING = ":is(input, textarea, select, button, a, summary, [contenteditable]):not([data-keys-act])";
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, [contenteditable]";

// --- what is printed on the keys ---
const SIGNS = {
  ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→",
  Enter: "⏎", Backspace: "⌫", Escape: "Esc", Space: "␣", Shift: "⇧",
  Ctrl: /^(Mac|iP)/.test(navigator.platform) ? "⌘" : "Ctrl",
};
const NAMED = { "[": "BracketLeft", "]": "BracketRight", ";": "Semicolon", "'": "Quote", ",": "Comma", ".": "Period", "/": "Slash" };
const PLACES = [..."QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,./"].map((sign) => NAMED[sign] ?? `Key${sign}`);
const layout = (printed) => new Map(printed.split(" ").map((letter, at) => [PLACES[at], letter]));
const LAYOUTS = {
  machine: null, // what the browser tells of the keyboard
  QWERTY: layout("q w e r t y u i o p [ ] a s d f g h j k l ; ' z x c v b n m , . /"),
  AZERTY: layout("a z e r t y u i o p ^ $ q s d f g h j k l m ù w x c v b n , ; : !"),
  QWERTZ: layout("q w e r t z u i o p ü + a s d f g h j k l ö ä y x c v b n m , . -"),
  Arabic: layout("ض ص ث ق ف غ ع ه خ ح ج د ش س ي ب ل ا ت ن م ك ط ئ ء ؤ ر لا ى ة و ز ظ"),
};
const KEPT = "isnad-keys"; // in localStorage: a keyboard belongs to a machine
const kept = { own: {}, off: false, ...readable(localStorage.getItem(KEPT)) };
let caps = LAYOUTS[kept.layout] ?? LAYOUTS.QWERTY;

function readable(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // the keys as they are at first
  }
}

function keep(change) {
  localStorage.setItem(KEPT, JSON.stringify(Object.assign(kept, change)));
  caps = LAYOUTS[kept.layout] ?? LAYOUTS.machine ?? LAYOUTS.QWERTY;
  relabel();
}

async function ask() {
  const told = await navigator.keyboard?.getLayoutMap().catch(() => null);
  if (told?.size) LAYOUTS.machine = new Map(told);
  keep({}); // what is lettered by now is lettered again
}

// A key that prints what it should not shows which keyboard this is.
function learn({ code, key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (ctrlKey || metaKey || altKey || shiftKey || !PLACES.includes(code) || !/^\p{L}{1,2}$/u.test(key)) return;
  const name = Object.keys(LAYOUTS).find((each) => LAYOUTS[each]?.get(code) === key.toLowerCase());
  if (name && key.toLowerCase() !== caps.get(code)) keep({ layout: name === "machine" ? undefined : name });
}

// Digits stand on their keys on every keyboard, also where another sign comes without Shift.
export function keycap(code) {
  if (/^(Digit|Numpad)\d$/.test(code)) return code.at(-1);
  return SIGNS[code] ?? (caps.get(code) ?? code.replace("Key", "")).toUpperCase();
}

function written(combination) {
  const parts = combination.split("+");
  const latin = parts[0] === "Ctrl" && /^[A-Z]$/.test(keycap(parts.at(-1)));
  return parts.map((part) => (latin && part.startsWith("Key") ? part.at(-1) : keycap(part))).join(" ");
}

export function relabel(root = document) {
  for (const cap of root.querySelectorAll("kbd[data-code], kbd[data-action]")) {
    const keys = keysOf(cap.dataset.action ?? `option:${cap.dataset.code}`);
    const isListed = cap.closest("#keys");
    cap.textContent = isListed ? keys.map(written).join(" / ") : written(keys[0]);
    cap.hidden = kept.off && !isListed && !/^(Ctrl\+|Escape)/.test(keys[0]); // only what works is shown
  }
  for (const cap of root.querySelectorAll("kbd[data-cap]")) cap.textContent = keycap(cap.dataset.cap);
  for (const asked of root.querySelectorAll("#layout-asked")) asked.hidden = Boolean(LAYOUTS.machine ?? kept.layout);
  for (const field of root.querySelectorAll("#keys select")) field.value = kept.layout ?? "";
  for (const field of root.querySelectorAll("#keys [type=checkbox]")) field.checked = kept.off;
}

// --- which action a key asks for ---
function keysOf(name) {
  const keys = ACTIONS[name] ?? [name.replace("option:", "")];
  return kept.own[name] ? keys.with(-1, kept.own[name]) : keys;
}

function combination({ code, key, ctrlKey, metaKey, shiftKey }) {
  const ctrl = ctrlKey || metaKey ? "Ctrl+" : "";
  const digit = /^\d$/.test(key) && /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit) return `${ctrl}Digit${digit}`; // with Shift, too, as on AZERTY
  const place = ctrl && /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code.replace("NumpadEnter", "Enter");
  return `${ctrl}${shiftKey ? "Shift+" : ""}${place}`;
}

// The name of the action, `option:<code>` for any other single key, or null where the keys rest.
export function actionOf(event) {
  if (event.isComposing || event.altKey || event.getModifierState("AltGraph") || document.querySelector("dialog:modal")) return null;
  const pressed = combination(event);
  const always = pressed === "Escape" || pressed.startsWith("Ctrl+");
  if (!always && (kept.off || event.target.closest?.(RESTING))) return null;
  if (pressed.startsWith("Ctrl+") && pressed.endsWith("KeyZ") && event.target.closest?.(TYPING)) return null; // the field's own
  if (HELP.includes(event.key)) return "keys";
  const name = Object.keys({ ...kept.own, ...ACTIONS }).find((each) => keysOf(each).includes(pressed));
  if (event.repeat && !["next", "previous"].includes(name)) return null; // a key held down acts once
  return name ?? (always || `option:${pressed}` in kept.own ? null : `option:${pressed}`);
}

// --- the dialog in which keys are changed (templates/annotate/_keys.html) ---
const dialog = document.querySelector("#keys");
let changing = null; // the row of the action that waits for its new key

export const showKeys = () => dialog.showModal();
const say = (text, row) => { dialog.querySelector("[role=status]").textContent = row ? `${text} ${row.dataset.title}` : text; };

function change(event) {
  if (!changing || /^(Shift|Control|Alt|AltGraph|Meta|Tab)$/.test(event.key)) return;
  event.preventDefault();
  const pressed = combination(event);
  if (event.altKey || pressed.startsWith("Ctrl+") || HELP.includes(event.key)) return say(dialog.dataset.refused);
  const holder = [...dialog.querySelectorAll("[data-name]")].find((row) => row !== changing && keysOf(row.dataset.name).includes(pressed));
  if (holder && pressed !== "Escape") return say(dialog.dataset.taken, holder);
  if (pressed !== "Escape") keep({ own: { ...kept.own, [changing.dataset.name]: pressed } });
  changing = null;
  say("");
}

for (const heard of [learn, change]) document.addEventListener("keydown", heard, { capture: true });
document.addEventListener("htmx:load", ({ target }) => relabel(target));
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-opens=keys]")) showKeys();
  if (target.closest("#layout-asked button")) keep({ layout: target.value });
  if (target.closest("#keys [data-reset]")) keep({ own: {} });
  changing = target.closest("#keys [data-change]")?.closest("[data-name]") ?? null;
  if (changing) say(dialog.dataset.press, changing);
});
dialog?.addEventListener("change", ({ target }) => {
  keep(target.type === "checkbox" ? { off: target.checked } : { layout: target.value || undefined });
});
ask();
