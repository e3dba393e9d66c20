// What is still missing is told beside the button, until it is chosen.

import { undecided } from "./review_rows.js";

const place = (item) => item.querySelector("#wanting");

export function tell(item, words) {
  place(item).textContent = words;
  place(item).hidden = false;
  delete place(item).dataset.asks;
}

// The first thing that is not chosen yet, or too long to be kept, and what to say of it.
function missing(item, isEmpty) {
  const long = item.querySelector(isEmpty ? "#note:invalid" : "#settle [data-most]:invalid");
  if (long) return { target: long, words: long.validationMessage };
  const claims = isEmpty ? [] : [...item.querySelectorAll(".claim:has(.takes)")];
  const open = claims.map(undecided).find(Boolean);
  if (open) return { target: open, words: open.dataset.wanting ?? item.dataset.choose };
  const found = claims.filter((each) => !each.querySelector("[data-take=none]:checked"));
  const box = found.map((each) => each.querySelector(".decision:has(option[value=named]:checked) [data-lacks]")).find(Boolean);
  if (box) return { target: box.querySelector("select"), words: box.dataset.lacks };
  const reason = item.querySelector("#settle [name=reason]:invalid");
  return reason && { target: reason, words: item.dataset.reasonless };
}

// Tells what is missing to settle so, and leads there; nothing, where all of it is there.
export function asked(item, isEmpty) {
  const found = missing(item, isEmpty);
  if (!found) return false;
  tell(item, found.words);
  place(item).dataset.asks = isEmpty ? "reason" : "all";
  found.target.focus();
  return true;
}

// What is chosen by now is not said to be missing any more; nor is what the server said of a field
// that was changed since.
export function letGo(item, changed) {
  const { asks } = place(item)?.dataset ?? {};
  if (asks && missing(item, asks === "reason")?.words !== place(item).textContent) place(item).hidden = true;
  if (changed) item.querySelector(`.verdict [data-field="${changed}"]`)?.remove();
}
