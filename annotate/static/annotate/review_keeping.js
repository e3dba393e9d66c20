// What is chosen and written for an item that is not settled outlasts leaving its page: the names
// are shown, a claim is split, one looks at another item. It is kept in this tab, for its author.

import { author } from "./review_asking.js";

const UNTYPED = ["hidden", "submit", "button"];

const nameOf = (form) => `isnad ${author} ${new URL(form.action).pathname}`;
const fieldsOf = (root) => [...root.querySelectorAll("[name]")].filter(({ type }) => !UNTYPED.includes(type));

// Which readings and which decisions what is chosen stands on: of the sentence, or of a claim.
const groundOf = (root) => [...root.querySelectorAll("[name=completed], [name^=seen-], [data-take]")].map(({ value }) => value).join(" ");

export function keep(item) {
  const form = item?.querySelector("#settle");
  if (!form || "settled" in item.dataset) return;
  const grounds = [...form.querySelectorAll(".claim")].map((claim) => [claim.id, groundOf(claim)]);
  const names = new Set(fieldsOf(form).map(({ name }) => name));
  const values = [...new FormData(form)].filter(([name]) => names.has(name));
  const { completed } = Object.fromEntries(new FormData(form));
  sessionStorage.setItem(nameOf(form), JSON.stringify({ completed, grounds, values }));
}

export function forget(item) {
  item.dataset.settled = "";
  sessionStorage.removeItem(nameOf(item.querySelector("#settle")));
}

// Once: what is chosen from then on is kept anew. Of a claim that differs by now nothing is restored.
export function restore(item) {
  const form = item.querySelector("#settle");
  const kept = form && JSON.parse(sessionStorage.getItem(nameOf(form)));
  if (!kept) return;
  sessionStorage.removeItem(nameOf(form));
  if (kept.completed !== form.elements.completed.value) return;
  const grounds = new Map(kept.grounds);
  for (const field of fieldsOf(form)) {
    const claim = field.closest(".claim");
    if (!claim || grounds.get(claim.id) === groundOf(claim)) put(field, kept.values);
  }
}

function put(field, all) {
  const values = all.filter(([name]) => name === field.name).map(([, value]) => value);
  if (field.options) for (const option of field.options) option.selected = values.includes(option.value);
  else if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
  else if (values.length) [field.value] = values;
}
