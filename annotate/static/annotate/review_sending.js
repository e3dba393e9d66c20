// Sending what was settled, also by one who is signed out meanwhile: it waits until they have signed
// in, over the page or in another tab, and is sent again.

import { ask, author, token } from "./review_asking.js";

const KEPT_ALIVE = 20_000; // bytes, of which a browser sends all from a page that is left, too; some may be on their way
const AROUND = 200; // bytes of a field beside its value
const AGAIN = "again"; // what the dialog is closed with by one who is signed in

const dialog = document.querySelector("#signed-out");

export async function post(url, body, tries = 3) {
  body.delete("csrfmiddlewaretoken"); // it would count before the one in the head
  const size = [...body.values()].reduce((sum, value) => sum + AROUND + 4 * value.length, 0);
  const answer = await ask(url, { method: "POST", body, keepalive: size < KEPT_ALIVE });
  if (answer.status === 401 && (await signedInAgain())) return post(url, body);
  if (answer.refusal === "csrf" && tries > 1) return post(url, body, tries - 1); // a token came with the answer
  return answer;
}

function signedInAgain() {
  if (!dialog.open) {
    dialog.returnValue = "";
    dialog.showModal();
  }
  return new Promise((go) => {
    dialog.addEventListener("close", () => go(dialog.returnValue === AGAIN), { once: true });
  });
}

dialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { ok, came } = await ask(form.action, { method: "POST", body: new FormData(form) });
  form.querySelector("[data-wrong]").textContent = ok ? "" : came.textContent;
  if (!ok) return;
  form.elements.password.value = "";
  if (encodeURIComponent(came.textContent) === author) dialog.close(AGAIN);
  else location.assign(document.querySelector(".brand").href);
});
dialog?.querySelector("[data-outbox=close]").addEventListener("click", () => dialog.close());
document.addEventListener("visibilitychange", async () => {
  if (dialog?.open && !document.hidden && (await ask(location.href)).ok) dialog.close(AGAIN); // in another tab
});

addEventListener("submit", ({ target }) => {
  const field = target.elements.csrfmiddlewaretoken;
  if (field) field.value = token() || field.value;
}, { capture: true });
