// The outbox: what is not acknowledged yet is kept in this browser (IndexedDB, one database for each
// person and project) and sent in order until it is. Any tab sends for all; where the browser has
// locks, one at a time. What the server refuses waits for its author and holds back the later
// entries of its own sentence only. All tabs hear of each change by the event `outbox`. This runs while
// the page is still being read; what imports it, once the database is open, so that no key or click
// is taken by half a page.

const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds before another try
const PATIENCE = 30_000; // milliseconds without an answer
const REMEMBERED = 600_000; // milliseconds for which an answer is kept for pages that were being made
const SETTLED = ["answered", "dropped"]; // what has become of an entry that waits no more
export const find = (selector, root = document) => root.querySelector(selector);

export const { user: author, base } = find("script[data-user]").dataset;
const name = `isnad ${author} ${base}`; // of the database and the channel
let words; // of the page's language
let entries = []; // all that wait, in order
let failures = 0;
export let signedOut = false;

// A random id, also where the page came over plain http.
export function newId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}

const opened = () => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "revision" });
    request.result.createObjectStore("drafts", { keyPath: "annotation_id" });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(where, mode, act, after = where) { // once what was written to `after` is on the disk
  if (!db) return undefined;
  const transaction = db.transaction([where, after], mode, { durability: "strict" });
  const request = act(transaction.objectStore(where));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const channel = new BroadcastChannel(name);
const early = []; // heard from other tabs before this page listened
channel.onmessage = ({ data }) => early.push(data);
const db = await opened().catch(() => null); // where the browser keeps nothing, this tab's memory is all
const allOf = async (where) => (await store(where, "readonly", (from) => from.getAll())) ?? [];
const [found, kept] = await Promise.all([allOf("entries"), allOf("drafts")]);
export const drafts = kept;

// Tells a page that listens by now what was left unsent, and sends it; and what was answered to
// another page while this one was being made, which perhaps shows what stood before.
export function begin(given) {
  words = given;
  channel.onmessage = ({ data }) => hear(data);
  for (const entry of found.sort((a, b) => a.at - b.at)) {
    if (!entry.answered) hear({ kind: "added", entry });
    else if (entry.answered >= performance.timeOrigin) announce({ kind: "missed", entry, answer: entry.answer });
    else if (entry.answered < Date.now() - REMEMBERED) forget(entry);
  }
  for (const news of early) hear(news);
  window.addEventListener("online", send);
  // Perhaps one has signed in in another tab.
  document.addEventListener("visibilitychange", () => !document.hidden && (signedOut ? get(base) : send()));
  send();
}

const forget = (entry) => store("entries", "readwrite", (kept) => kept.delete(entry.revision));
const keep = (entry) => store("entries", "readwrite", (kept) => kept.put(entry));

export const keepDraft = (draft) => store("drafts", "readwrite", (kept) => kept.put(draft));
export const dropDraft = (id) => store("drafts", "readwrite", (kept) => kept.delete(id), "entries");
export const waiting = (sentence) => entries.filter((entry) => !sentence || entry.sentence === sentence);

export const announce = (news) => document.dispatchEvent(new CustomEvent("outbox", { detail: news }));

function hear(news) {
  const { kind, entry } = news;
  const others = entries.filter((each) => each.revision !== entry.revision);
  if (SETTLED.includes(kind) && others.length === entries.length) return; // two tabs sent it: heard before
  entries = SETTLED.includes(kind) ? others : [...others, entry].sort((a, b) => a.at - b.at);
  announce(news);
  show();
}

// At once here, so that what is written next stands on it; in other tabs when it is on the disk.
export async function tell(kind, entry, answer) {
  const news = { kind, entry, answer };
  hear(news);
  const kept = kind === "answered" ? { ...entry, answer, answered: Date.now() } : entry;
  await (kind === "dropped" ? forget(entry) : keep(kept)).catch(() => {}); // no room: this tab remembers
  channel.postMessage(news);
}

// Takes an entry: { revision, parent, sentence, number, article, act, url, fields: [[name, value]…], … }.
export async function add(entry) {
  entry.at = Math.max(Date.now(), (entries.at(-1)?.at ?? 0) + 0.001);
  await tell("added", entry);
  send();
}

// --- sending ---

let sending = false;
let again = false;
let pause;

export async function send() {
  clearTimeout(pause);
  again = true;
  if (sending) return;
  sending = true;
  try {
    while (again) {
      again = false;
      await (navigator.locks ? navigator.locks.request(name, drain) : drain());
    }
  } finally {
    sending = false;
  }
}

async function drain() {
  for (let entry = next(); entry && !signedOut; entry = next()) {
    if (await sent(entry)) failures = 0;
    else {
      failures += 1;
      pause = setTimeout(send, 1000 * PAUSES[Math.min(failures, PAUSES.length) - 1]);
      break;
    }
  }
  if (!next()) failures = 0; // another window may have sent it
  show();
}

const next = () => entries.find((entry) => !waiting(entry.sentence).some((each) => each.refused && each.at <= entry.at));
const token = () => document.cookie.match(/csrftoken=(\w+)/)?.[1] ?? "";
export const { lang } = document.documentElement; // another may have been chosen in another tab
const headers = () => ({ "HX-Request": "true", "X-Author": author, "X-CSRFToken": token(), "X-Language": lang });

// What the server answers, with its text; null where nothing comes. In no session, or another's, the author is asked to sign in.
export async function get(url, how) {
  try {
    const answer = await fetch(url, { headers: headers(), signal: AbortSignal.timeout(PATIENCE), ...how });
    if (answer.status === 401) signOut();
    else if (answer.ok && signedOut) signedIn();
    return { ok: answer.ok, status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch {
    return null;
  }
}

export const post = (url, fields) => get(url, { method: "POST", body: new URLSearchParams(fields) });

// Sends it; tells whether there was an answer of ours that settles what becomes of it: a network
// that asks to sign in answers anything with a page of its own.
async function sent(entry) {
  const answer = await post(entry.url, [...entry.fields, ["revision", entry.revision], ["parent", entry.undoes ?? entry.parent]]);
  if (!answer || answer.status >= 500 || [408, 429].includes(answer.status)) return false;
  if (answer.ok && answer.headers.get("Content-Type") !== "application/json") return false;
  if (answer.headers.get("X-Refusal") === "csrf") return false; // the next try has the token that came with it
  if (answer.ok) await tell("answered", entry, { ...JSON.parse(answer.text), spoken: lang });
  else if (answer.status !== 401) await refuse(entry, answer);
  return true;
}

// An undo that comes too late is dropped; anything else waits for its author.
async function refuse(entry, { headers: said, text: why }) {
  const code = said.get("X-Refusal") ?? "invalid";
  if (code === "stale" && waiting(entry.sentence)[0]?.revision !== entry.revision) return;
  if (entry.undoes) await drop(entry);
  else await tell("refused", { ...entry, refused: { code, why, head: said.get("X-Head") ?? "" } });
}

// Takes an entry out; what was built on it stands on what it was built on.
export async function drop(entry) {
  const after = entries.find((each) => each.sentence === entry.sentence && each.parent === entry.revision);
  if (after) await tell("restated", restated(after, entry.parent));
  await tell("dropped", entry);
}

export const restated = (entry, parent) => ({ ...entry, parent, refused: undefined, reread: true });

// --- time at work, which rides with what is written: gaps, hidden pages and pauses do not count ---

const IDLE = 60_000; // milliseconds; a longer gap between two signs of life is not work
let seconds = 0;
let lastSign = Date.now();

function alive() {
  const gap = Date.now() - lastSign;
  if (!document.hidden && !find("#paused")?.open && gap <= IDLE) seconds += gap / 1000;
  lastSign = Date.now();
}

// The whole seconds since they were asked for last.
export function spent() {
  alive();
  const whole = Math.floor(seconds);
  seconds -= whole;
  return whole;
}

for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) document.addEventListener(sign, alive, { capture: true });
document.addEventListener("visibilitychange", () => { lastSign = Date.now(); });

// --- what is said of it; what its author decides then stands in deciding.js ---

function show() {
  const held = entries.filter((entry) => entry.refused);
  const late = failures || signedOut ? entries.length - held.length : 0;
  const said = [late && words.waiting.replace("%s", late), held.length && words.held.replace("%s", held.length)];
  find("#outbox").hidden = !late && !held.length;
  find("#outbox [data-count]").textContent = said.filter(Boolean).join(" · ");
  find("#outbox button").hidden = !held.length && !signedOut;
}

export function signOut() {
  signedOut = true;
  if (!find("#signed-out").open) find("#signed-out").showModal();
}

function signedIn() {
  signedOut = false; // first, as what has the focus after the dialog may ask for something
  find("#signed-out").close();
  send();
}

window.addEventListener("beforeunload", (event) => {
  if (entries.some((entry) => !entry.refused)) event.preventDefault();
});
