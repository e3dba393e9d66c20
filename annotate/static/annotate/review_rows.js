// What the reviewer writes in a row of the table: a value taken over, an option of the codebook, or
// words and sources that are typed.

import { relabel } from "./keymap.js";
import { unfold } from "./review_folds.js";

// A claim of which nothing is decided; or, where no reading is taken, a row that wants an answer.
export function undecided(claim) {
  if (claim.querySelector("[data-take]:checked")) return null;
  return claim.querySelector(".written") ? claim.querySelector("[data-wanting]:not(.written)") : claim;
}

export function write(row, value) {
  const field = row.querySelector(".decision :is(select, input:not(.named))");
  if (field.multiple) for (const option of field.options) option.selected = value.split(" ").includes(option.value);
  else field.value = value;
  written(row);
}

export function written(row) {
  const field = row.querySelector(".decision :is(select, input:not(.named))");
  row.classList.toggle("written", Boolean(field?.value));
  for (const each of row.querySelectorAll(".options button")) {
    each.setAttribute("aria-pressed", [...field.options].some((option) => option.selected && option.value === each.value));
  }
}

// "Write another": the row's options with the codebook's keys, or the field to type in.
export function writeAnother(row) {
  const field = row?.querySelector(".decision :is(select, input)");
  if (!field) return false;
  closeOptions();
  unfold(field.closest("tr"));
  if (field.name.startsWith("words-") || field.name.startsWith("chain-")) write(row, "named");
  const typed = field.value === "named" ? row.querySelector(".named") : field.matches("input") && field;
  if (typed) return typed.focus();
  const list = Object.assign(document.createElement("span"), { className: "options" });
  for (const option of [...field.options].filter((each) => each.value)) {
    const button = Object.assign(document.createElement("button"), { type: "button", value: option.value, textContent: `${option.label} `, tabIndex: -1 });
    const code = option.dataset.code;
    if (code) button.append(Object.assign(document.createElement("kbd"), { textContent: code.replace(/^(Key|Digit)/, "") }));
    if (code) button.lastChild.dataset.code = button.dataset.option = code;
    list.append(button);
  }
  field.after(list);
  relabel(list);
  return written(row);
}

export function choose(button) {
  const row = button.closest("[data-stop]");
  const select = row.querySelector(".decision select");
  const option = [...select.options].find((each) => each.value === button.value);
  option.selected = !(select.multiple && option.selected);
  written(row);
  row.focus();
}

export function closeOptions() {
  const open = document.querySelector(".options");
  open?.remove();
  return Boolean(open);
}
