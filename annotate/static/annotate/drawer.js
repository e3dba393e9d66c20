// What is looked up beside the work: guidelines and earlier labels in a drawer, and the check before
// handing in. Each is a link to a page of its own, of which the fragment is shown.

import { get } from "./outbox.js";

const drawer = document.querySelector("#drawer");
const body = document.querySelector("#drawer-body");
const madeRoom = () => {
  dispatchEvent(new Event("resize")); // for what is drawn over the text
  document.querySelector(".sentence.here").scrollIntoView({ block: "nearest" });
};

// The fragment at this address, or why there is none; null where one is asked to sign in.
async function fragment(url) {
  const answer = await get(url);
  if (answer?.ok) return document.createRange().createContextualFragment(answer.text);
  return answer?.status === 401 ? null : drawer.dataset.missing;
}

let wanted = null; // the address that was asked for last, until the drawer is closed

// Shows what this link leads to; the check of this menu in it.
export const look = (at) => (at.matches("[data-check]") ? check(at) : open(at));

async function open(link) {
  const url = new URL(link.href);
  const words = document.querySelector("#words")?.textContent || document.querySelector(".sentence.here > p")?.textContent;
  if (link.dataset.opens === "history") url.searchParams.set("words", words.slice(0, 500));
  if (wanted === url.href) return leave();
  wanted = url.href;
  const from = document.activeElement;
  const found = await fragment(url);
  if (wanted !== url.href) return undefined;
  if (!found) return leave();
  body.replaceChildren(found);
  const isElsewhere = document.activeElement !== from; // somebody types there by now
  if (isElsewhere) drawer.open = true; // which takes no focus
  else if (!drawer.open) drawer.show();
  madeRoom();
  drawer.scrollTop = 0;
  const part = url.hash && body.querySelector(`#${CSS.escape(url.hash.slice(1))}`);
  if (part) part.scrollIntoView({ block: "start" });
  if (!isElsewhere) ((part || body).querySelector("h2, h3, h4, h5") ?? body).focus({ preventScroll: true });
}

async function check(menu) {
  const place = menu.querySelector(".body");
  place.replaceChildren((await fragment(menu.dataset.check)) ?? "");
  if (!place.firstChild) menu.open = false; // so that it is asked for again
  if (menu.open && menu.contains(document.activeElement)) place.querySelector("[autofocus]")?.focus();
}

function leave() {
  wanted = null; // also what is still to come
  if (drawer.open) drawer.close();
}

drawer.addEventListener("close", madeRoom);
drawer.querySelector("form").addEventListener("submit", leave);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !wanted || document.querySelector("dialog:modal")) return;
  event.stopPropagation(); // the claim stays as it is
  leave();
}, { capture: true });
