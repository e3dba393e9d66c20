// What its author decides of an entry of the outbox that was refused, and signing in again over the
// page. Until one of these is pressed nothing happens to what waits.

import { announce, author, drop, find, post, restated, send, signOut, signedOut, tell, waiting } from "./outbox.js";

const refused = () => waiting().find((entry) => entry.refused);

function askAbout(entry) {
  const dialog = find("#refused");
  const isStale = entry.refused.code === "stale";
  dialog.dataset.entry = entry.revision;
  find("[data-number]", dialog).textContent = entry.number;
  find("[data-why]", dialog).innerHTML = entry.refused.why;
  for (const button of dialog.querySelectorAll("[data-for]")) button.hidden = (button.dataset.for === "stale") !== isStale;
  if (!dialog.open) dialog.showModal();
}

const DECISIONS = {
  look: () => (signedOut ? signOut() : askAbout(refused())),
  again: (entry) => tell("restated", restated(entry, entry.refused.code === "stale" ? entry.refused.head : entry.parent)),
  async drop(entry) {
    const isLost = ["stale", "gone"].includes(entry.refused.code); // with all that was built on it
    for (const each of isLost ? waiting(entry.sentence).reverse() : [entry]) await drop(each);
  },
  async change(entry) {
    await drop(entry);
    announce({ kind: "returned", entry });
  },
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-outbox]");
  if (!button) return;
  const dialog = button.closest("dialog");
  dialog?.close();
  await DECISIONS[button.dataset.outbox]?.(waiting().find((entry) => entry.revision === dialog?.dataset.entry));
  send();
});

document.addEventListener("outbox", ({ detail: { kind, entry } }) => {
  const isHere = find(".sentence.here").id === `sentence-${entry.sentence}`;
  if (kind === "refused" && isHere && !document.hidden) askAbout(entry);
});

find("#signed-out form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const answer = await post(form.action, new FormData(form));
  find("[data-wrong]", form).textContent = answer?.ok ? "" : answer?.text ?? "";
  if (answer?.ok) form.elements.password.value = "";
  if (answer?.ok && encodeURIComponent(answer.text) !== author) location.assign(find(".brand").href);
});
