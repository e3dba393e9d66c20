// Suggestions: chips above the source field once a claim is begun, where the project has them on.
// Nothing is filled in; what is taken is kept with the claim, so that figures can leave it out.

import { chainChanged, form, spans } from "./form.js";
import { get, signedOut } from "./outbox.js";
import { take } from "./sources.js";

const NOBODY = "00000000-0000-0000-0000-000000000000"; // stands for the sentence in the address
const place = () => document.getElementById("suggestions");
const kept = form.elements.suggested;
const takenIds = () => (kept.value ? JSON.parse(kept.value).id.split(" ") : []);
const offered = new Map(); // what the server offered, by sentence
let asked = 0; // only what was asked for last is shown

function clear() {
  asked += 1;
  place().replaceChildren();
}

async function offer(row) {
  clear();
  const mine = asked;
  if (!offered.has(row)) {
    const answer = signedOut ? null : await get(place().dataset.url.replace(NOBODY, row.id.replace("sentence-", "")));
    if (!answer?.ok) return;
    offered.set(row, answer.text);
  }
  if (mine !== asked) return;
  place().innerHTML = offered.get(row);
  press();
}

function press() {
  for (const chip of place().children) chip.ariaPressed = takenIds().includes(chip.dataset.suggestion);
}

document.addEventListener("claim:begun", ({ detail }) => offer(detail.row));
document.addEventListener("claim:shown", ({ detail: { row, claim } }) => {
  if (claim.spans.length) offer(row);
  else clear();
});
document.addEventListener("click", ({ target }) => {
  const chip = target.closest("[data-suggestion]");
  if (!chip) return;
  kept.value = JSON.stringify({ id: [...new Set([...takenIds(), chip.dataset.suggestion])].join(" "), changed: false });
  press();
  if (chip.dataset.source) take(chip.dataset);
  else chainChanged();
});
if (spans.length) offer(document.querySelector(".sentence.here")); // begun before this was loaded
