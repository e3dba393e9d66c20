// The source of a claim by typing: a list belongs to the words for which it was asked, and a key
// pressed before that list is there waits for it.

const field = () => document.getElementById("source");
const list = () => document.getElementById("sources");
const options = () => [...list().querySelectorAll("[data-source]")];

const PAUSE = 120; // milliseconds without a key after which the list is asked for

let pause;
let wanted = false; // a list may open: not after a choice, nor after Escape
let waiting = null; // what a key does once the list of the present words is there

const isThere = () => !list().hidden && list().dataset.for === field().value;

function ask() {
  clearTimeout(pause);
  wanted = true;
  htmx.trigger(field(), "ask");
}

function withList(act) {
  if (isThere()) return act();
  ask();
  waiting = act;
}

export function closeSources() {
  clearTimeout(pause);
  wanted = false;
  waiting = null;
  if (!list()) return;
  list().hidden = true;
  field().setAttribute("aria-expanded", "false");
}

// The chain as it stands: [[id, name]…], outermost relay first.
export const chain = () => [...document.querySelectorAll("#chain [name=chain]:checked")].map((box) => [box.value, box.nextElementSibling.textContent]);

export function setChain(links) {
  document.getElementById("chain").replaceChildren(...links.map(link));
}

function link([id, name]) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "chain", value: id, checked: true });
  const label = Object.assign(document.createElement("label"), { className: "check" });
  const item = document.createElement("li");
  label.append(box, Object.assign(document.createElement("bdi"), { textContent: name }));
  item.append(label);
  return item;
}

function take(option) {
  const links = document.getElementById("chain");
  const taken = link([option.dataset.source, option.querySelector("bdi").textContent]);
  if (document.getElementById("through").checked || !links.children.length) links.prepend(taken);
  else links.lastElementChild.replaceWith(taken);
  field().value = "";
  closeSources();
  links.dispatchEvent(new CustomEvent("chain", { bubbles: true }));
  document.getElementById("panel-title").focus(); // where the keys of the options act
}

// The keys of the field and its list; tells whether it was one.
export function actInSources(event) {
  const stops = [field(), ...(list() ? options() : [])];
  const at = stops.indexOf(event.target);
  if (at < 0) return false;
  if (event.code === "Enter" && at === 0) {
    if (field().value.trim()) withList(() => (options().length ? take(options()[0]) : document.getElementById("new-kind")?.focus()));
  } else if (event.code === "ArrowDown" && at === 0) withList(() => options()[0]?.focus());
  else if (event.code === "ArrowDown") stops[at + 1]?.focus();
  else if (event.code === "ArrowUp") stops[at - 1]?.focus();
  else return false;
  return true;
}

document.addEventListener("focusin", ({ target }) => {
  if (target === field() && !isThere()) ask();
});
document.addEventListener("input", ({ target }) => {
  if (target !== field()) return;
  waiting = null;
  clearTimeout(pause);
  pause = setTimeout(ask, PAUSE);
});
document.addEventListener("click", ({ target }) => {
  const option = target.closest("[data-source]");
  if (option) take(option);
  else if (!target.closest(".field:has(#source)")) closeSources();
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[name=chain]") && !target.checked) target.closest("li").remove();
});

const isList = ({ target, requestConfig }) => target.id === "sources" && requestConfig.verb === "get";

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "sources" && !detail.target.isConnected) detail.shouldSwap = false;
  else if (isList(detail) && !(wanted && !isThere() && detail.requestConfig.parameters.q === field().value)) detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "sources") return;
  if (!isList(detail)) return take(options()[0]); // proposed a moment ago
  list().dataset.for = detail.requestConfig.parameters.q;
  field().setAttribute("aria-expanded", "true");
  for (const part of [list(), field()]) part.scrollIntoView({ block: "nearest" });
  const act = waiting;
  waiting = null;
  act?.();
});
for (const failure of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(failure, () => { waiting = null; });
