// The outbox: what is not acknowledged yet is kept in this browser (IndexedDB, one database for each
// person and project) and sent in order until it is. Any tab sends for all; where the browser has
// locks, one at a time. What the server refuses waits for its author and holds back the later
// entries of its own sentence only.

const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds before another try
const PATIENCE = 30_000; // milliseconds without an answer
const find = (selector, root = document) => root.querySelector(selector);

let db; // a promise; of nothing where the browser keeps nothing: then this tab's memory is all
let entries = []; // the mirror of what is kept, in order
let page; // { name, author, words, on }: whose, and who wants to hear
let channel;
let failures = 0;
let signedOut = false;

// A random id, also where the page came over plain http.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(name, mode, act) {
  const kept = await db;
  if (!kept) return undefined;
  const transaction = kept.transaction(name, mode, { durability: "strict" });
  const result = done(act(transaction.objectStore(name)));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function opened(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "revision" });
    request.result.createObjectStore("drafts", { keyPath: "annotation_id" });
  };
  return done(request);
}

// Opens the outbox of this person and project; answers with the drafts that were left.
export async function open(wanted) {
  page = wanted;
  db = opened(page.name).catch(() => null);
  channel = new BroadcastChannel(page.name);
  channel.onmessage = async ({ data }) => {
    await mirror();
    hear(data);
  };
  await mirror();
  show();
  return (await store("drafts", "readonly", (kept) => kept.getAll())) ?? [];
}

export const keepDraft = (draft) => store("drafts", "readwrite", (kept) => kept.put(draft));
export const dropDraft = (id) => store("drafts", "readwrite", (kept) => kept.delete(id));
export const waiting = (sentence) => entries.filter((entry) => !sentence || entry.sentence === sentence);

const fresh = new Map(); // entries that are not written yet

async function mirror() {
  const kept = (await store("entries", "readonly", (all) => all.getAll())) ?? entries;
  const known = new Set(kept.map((entry) => entry.revision));
  entries = [...kept, ...[...fresh.values()].filter((entry) => !known.has(entry.revision))].sort((a, b) => a.at - b.at);
}

function keep(entry) {
  entries = entries.map((each) => (each.revision === entry.revision ? entry : each));
  return store("entries", "readwrite", (kept) => kept.put(entry));
}

async function forget(entry) {
  fresh.delete(entry.revision);
  entries = entries.filter((each) => each.revision !== entry.revision);
  await store("entries", "readwrite", (kept) => kept.delete(entry.revision));
}

function hear(news) {
  page.on[news.kind]?.(news.entry, news.answer);
  document.dispatchEvent(new CustomEvent("outbox", { detail: news }));
  show();
}

function tell(kind, entry, answer) {
  hear({ kind, entry, answer });
  channel.postMessage({ kind, entry, answer });
}

// Takes an entry: { revision, sentence, number, article, act, url, fields: [[name, value]…], … }.
export async function add(entry) {
  entry.at = Math.max(Date.now(), (entries.at(-1)?.at ?? 0) + 0.001);
  entries.push(entry);
  fresh.set(entry.revision, entry);
  await keep(entry).then(() => fresh.delete(entry.revision), () => {}); // no room: this tab remembers
  channel.postMessage({ kind: "added", entry });
  send();
}

// --- sending ---

let sending = false;
let more = false;
let pause;

export async function send() {
  clearTimeout(pause);
  more = true;
  if (sending) return;
  sending = true;
  try {
    while (more) {
      more = false;
      await (navigator.locks ? navigator.locks.request(page.name, drain) : drain());
    }
  } finally {
    sending = false;
  }
}

async function drain() {
  await mirror();
  for (let entry = next(); entry && !signedOut; entry = next()) {
    if (!(await sent(entry))) {
      failures += 1;
      pause = setTimeout(send, 1000 * PAUSES[Math.min(failures, PAUSES.length) - 1]);
      break;
    }
    failures = 0;
  }
  show();
}

const next = () => entries.find((entry) => !waiting(entry.sentence).some((each) => each.refused && each.at <= entry.at));

// What the server says to the entry, or null without an answer of ours: a network that asks to sign
// in answers anything with a page of its own.
async function asked(entry) {
  const headers = { "HX-Request": "true", "X-Author": page.author, "X-CSRFToken": token() };
  try {
    const answer = await fetch(entry.url, { method: "POST", headers, body: new URLSearchParams(entry.fields), signal: AbortSignal.timeout(PATIENCE) });
    const text = await answer.text();
    return { answer, text, told: answer.ok && JSON.parse(text) };
  } catch {
    return null;
  }
}

// Sends it; tells whether there was an answer that settles what becomes of it.
async function sent(entry) {
  const { answer, text, told } = (await asked(entry)) ?? {};
  if (!answer || answer.status >= 500 || [408, 429].includes(answer.status)) return false;
  if (told) {
    const news = { kind: "answered", entry, answer: told };
    const forgotten = forget(entry);
    hear(news); // at once: what is saved meanwhile stands on this
    await forgotten;
    channel.postMessage(news); // and not before: other tabs look into what is kept
  } else if (answer.status === 401) {
    signedOut = true;
    ask("#signed-out");
  } else {
    await refuse(entry, answer.headers, text);
  }
  return true;
}

const token = () => document.cookie.match(/csrftoken=(\w+)/)?.[1] ?? "";

async function refuse(entry, headers, why) {
  const code = headers.get("X-Refusal") ?? "invalid";
  await mirror();
  if (code === "stale" && waiting(entry.sentence).some((each) => each.at < entry.at)) return;
  if (["undo", "redo"].includes(entry.act)) {
    await rebase(entry);
    return tell("dropped", entry, why);
  }
  const held = { ...entry, refused: { code, why, head: headers.get("X-Head") ?? "" } };
  await keep(held);
  tell("refused", held);
}

// Takes an entry out; what was built on it stands on what it was built on.
async function rebase(entry) {
  await forget(entry);
  const after = entries.find((each) => each.sentence === entry.sentence && each.parent === entry.revision);
  if (after) await keep(restated(after, entry.parent));
}

const restated = (entry, parent) => ({
  ...entry,
  parent,
  refused: undefined,
  fields: entry.undoes ? entry.fields : entry.fields.map(([name, value]) => [name, name === "parent" ? parent : value]),
});

// --- what is said of it, and what its author decides ---

function show() {
  const held = entries.filter((entry) => entry.refused);
  const late = failures || signedOut ? entries.length - held.length : 0;
  const { words } = page;
  const said = [late && words.waiting.replace("%s", late), held.length && words.held.replace("%s", held.length)];
  find("#outbox").hidden = !late && !held.length;
  find("#outbox [data-count]").textContent = said.filter(Boolean).join(" · ");
  find("#outbox button").hidden = !held.length && !signedOut;
}

function ask(selector, entry = null) {
  const dialog = find(selector);
  if (entry) {
    dialog.dataset.entry = entry.revision;
    find("[data-number]", dialog).textContent = entry.number;
    find("[data-why]", dialog).innerHTML = entry.refused.why;
    for (const button of dialog.querySelectorAll("[data-for]")) button.hidden = (button.dataset.for === "stale") !== (entry.refused.code === "stale");
  }
  if (!dialog.open) dialog.showModal();
}

export const askAbout = (entry) => ask("#refused", entry);

const DECISIONS = {
  look: () => (signedOut ? ask("#signed-out") : askAbout(entries.find((entry) => entry.refused))),
  async again(entry) {
    const anew = restated(entry, entry.refused.code === "stale" ? entry.refused.head : entry.parent);
    await keep({ ...anew, reread: true });
    send();
  },
  async drop(entry) {
    if (["stale", "gone"].includes(entry.refused.code)) for (const each of waiting(entry.sentence)) await forget(each);
    else await rebase(entry);
    tell("dropped", entry);
    send();
  },
  async change(entry) {
    await DECISIONS.drop(entry);
    hear({ kind: "returned", entry });
  },
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-outbox]");
  if (!button) return;
  const dialog = button.closest("dialog");
  dialog?.close();
  DECISIONS[button.dataset.outbox]?.(entries.find((entry) => entry.revision === dialog?.dataset.entry));
});

find("#signed-out form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  const text = (await answer?.text()) ?? "";
  find("[data-wrong]", form).textContent = answer?.ok ? "" : text;
  if (!answer?.ok) return;
  if (encodeURIComponent(text) !== page.author) return location.assign(find(".brand").href);
  form.closest("dialog").close();
  form.elements.password.value = "";
  signedOut = false;
  send();
});

window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !page) return;
  signedOut = false; // perhaps signed in again in another tab
  send();
});
window.addEventListener("beforeunload", (event) => {
  if (entries.some((entry) => !entry.refused)) event.preventDefault();
});
