// The rows: what stands for each sentence (`data-judgement`, as of the revision `data-head`) and what is
// said beside it, whether the server has acknowledged it yet or not. What is written is drawn at once
// and left to the outbox; what the outbox tells is drawn, and told on by the event `row:told`.

import { relabel } from "./keymap.js";
import { add, base, drafts as left, dropDraft, find, get, keepDraft, lang, newId, spent, waiting } from "./outbox.js";
import { drawClaims } from "./spans.js";

export const list = find(".sentences");
export const words = JSON.parse(list.dataset.words);
const { article } = list.dataset;
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const element = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
export const rowOf = (sentence) => document.getElementById(`sentence-${sentence}`);
export const idOf = (row) => row.id.replace("sentence-", "");
export const here = () => find(".sentence.here");

export const say = (text) => { find("#live").textContent = text; };
export const problem = (text) => find("#problem").replaceChildren(...(text ? [element("p", "notice error", text)] : []));
const tell = (row, anew = false) => document.dispatchEvent(new CustomEvent("row:told", { detail: { row, anew } }));

// --- what stands ---
const UNREAD = { status: "open", claims: [], labels: {}, reason: "", repeats: null };
export const standing = (row) => (row.dataset.judgement ? JSON.parse(row.dataset.judgement) : UNREAD);

// Shows what stands for this row: what is to be sent last, or else what is given, or else as before.
// `anew`: it was not this page's form that said so.
function draw(row, { head = row.dataset.head ?? "", judgement = standing(row), anew = false } = {}) {
  const { revision = head, after: stands = judgement } = waiting(idOf(row)).at(-1) ?? {};
  const focused = row.contains(document.activeElement) ? all("a", row).indexOf(document.activeElement) : -1;
  Object.assign(row.dataset, { head: revision, judgement: JSON.stringify(stands) });
  sign(row);
  complete(row);
  if (focused >= 0) (all("a", row)[focused] ?? find("#panel-title")).focus();
  tell(row, anew);
}

function sign(row) {
  const { status, claims, reason } = standing(row);
  const unsent = waiting(idOf(row));
  const unsaved = (unsent.length && "unsaved") || (draftsOf(row).length && "draft");
  const mark = unsent.some((entry) => entry.refused) ? "refused" : unsaved;
  const state = status === "open" && !claims.length ? "unread" : status;
  const shown = [row.dataset.number, words.states[state], words.reasons[reason] ?? reason].filter(Boolean).join(words.colon);
  const says = mark ? `${shown} · ${words[mark]}` : shown;
  const classes = [...row.classList].filter((each) => !each.startsWith("is-"));
  row.className = [...classes, `is-${state}`, ...(mark ? [`is-${mark}`] : [])].join(" ");
  const link = find(".state", row);
  link.title = says;
  link.firstElementChild.textContent = words.signs[mark || state];
  link.lastElementChild.textContent = says;
}

// --- drafts: what is begun and not saved, kept in the browser by claim; none where one only reads ---
const drafts = new Map(left.filter(({ sentence }) => find("#claim") && rowOf(sentence)).map((draft) => [draft.annotation_id, draft]));
export const draftOf = (claim) => drafts.get(claim.annotation_id);
export const draftsOf = (row) => [...drafts.values()].filter((draft) => draft.sentence === idOf(row));

export function putAside(draft) {
  drafts.delete(draft.annotation_id); // so that it is the last
  drafts.set(draft.annotation_id, draft);
  sign(rowOf(draft.sentence));
  keepDraft(draft);
}

export function letGo({ annotation_id: id }) {
  if (!drafts.delete(id)) return;
  sign(here());
  dropDraft(id);
}

for (const { sentence } of drafts.values()) sign(rowOf(sentence));

// --- cards and highlights: drawn when the row comes near the screen, else when nothing is to do ---
const SOON = { timeout: 300 }; // at the latest
const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));
const undrawn = new Set(all(".sentence", list));
const near = new IntersectionObserver((seen) => {
  complete(...seen.filter((each) => each.isIntersecting).map(({ target }) => target));
}, { rootMargin: "50%" });

function complete(...rows) {
  for (const row of rows) {
    undrawn.delete(row);
    near.unobserve(row);
    drawCards(row, standing(row).claims);
  }
  drawClaims(rows);
}

function completeRest() {
  complete(...[...undrawn].slice(0, 10));
  if (undrawn.size) whenIdle(completeRest, SOON);
}

export function completeSoon() {
  for (const row of undrawn) near.observe(row);
  whenIdle(completeRest, SOON);
}

function drawCards(row, claims) {
  find(".claims", row)?.remove();
  if (!claims.length) return;
  const cards = element("ol", "claims");
  cards.append(...claims.map(card));
  row.insertBefore(cards, find(".beside", row));
}

// One claim in a line, as templatetags/workbench.py draws it.
function card(claim, at) {
  const made = find("#card").content.firstElementChild.cloneNode(true);
  find("a", made).href = `?claim=${claim.annotation_id}`;
  find("b", made).textContent = at + 1;
  const names = claim.source_chain.flatMap(([, name], place) => [...(place ? [element("i", "", "›")] : []), element("bdi", "", name)]);
  if (names.length) find(".chain", made).replaceChildren(...names);
  find(".noted", made).title = claim.note;
  find(".noted", made).hidden = !claim.note;
  for (const { dataset: { key, usual } } of all("#panel [data-usual]")) {
    const told = (claim.labels[key] ?? []).filter((value) => !usual.split(" ").includes(value));
    find(".noted", made).before(...told.map((value) => element("span", `tag c-${key}-${value}`, titleOf(key, value))));
  }
  return made;
}

const titleOf = (key, value) => find(`#panel [data-key="${key}"] [value="${value}"] + span`)?.textContent ?? value;

// --- what the annotator tells the reviewers: no judgement, so that none waits for it ---
export function ask(row, text, wantsAnswer) {
  const revision = newId();
  const url = `${base}sentences/${idOf(row)}/ask/`;
  const fields = [["text", text], ["wants_answer", wantsAnswer]];
  const entry = { revision, parent: "", sentence: `ask-${revision}`, at_row: row.id, number: row.dataset.number };
  add({ ...entry, act: "ask", article, url, fields, text });
}

function remark({ revision, text }) {
  const made = find("#asked").content.firstElementChild.cloneNode(true);
  made.id = `remark-${revision}`;
  find("bdi", made).textContent = text;
  return made;
}

function drawRemark(entry, shown = remark(entry)) {
  const row = document.getElementById(entry.at_row);
  const there = document.getElementById(`remark-${entry.revision}`);
  if (!find(".beside", row)) row.append(element("div", "beside"));
  if (there) there.replaceWith(shown);
  else find(".beside", row).append(shown);
}

const answeredRemark = (entry, answer) => drawRemark(entry, document.createRange().createContextualFragment(answer.remark));
const REMARKS = {
  added: (entry) => drawRemark(entry),
  answered: answeredRemark, missed: answeredRemark,
  dropped: ({ revision }) => document.getElementById(`remark-${revision}`)?.remove(),
};

// --- writing ---
// What can be undone and redone: [[revision, sentence]…], the last goes first; and by revision what
// stands then, as far as this page knows.
const stacks = JSON.parse(list.dataset.tops);
const results = new Map();

export function write(row, act, path, fields, details) {
  const { number, head = "" } = row.dataset;
  const entry = { act, fields: [...fields, ["seconds", spent()]], url: base + path, number, article, ...details };
  add({ revision: newId(), parent: head, sentence: idOf(row), before: standing(row), ...entry });
  say(words.unsaved);
}

// Undoes or redoes the last change of the article; answers with its row, if there is one.
export function back(act) {
  const [undoes, sentence] = stacks[act].at(-1) ?? [];
  problem(undoes ? "" : words.nothing[act]);
  if (!undoes) return null;
  write(rowOf(sentence), act, `articles/${article}/${act}/`, [], { undoes, after: results.get(undoes)?.[act] });
  return rowOf(sentence);
}

function track({ act, revision, sentence, undoes, before, after }) {
  const top = undoes ?? revision;
  const [from, onto] = act === "undo" ? ["undo", "redo"] : ["redo", "undo"];
  results.set(top, { [from]: after, [onto]: before });
  stacks[from] = undoes ? stacks[from].filter(([each]) => each !== top) : [];
  if (!stacks[onto].some(([each]) => each === top)) stacks[onto].push([top, sentence]);
}

export const showStacks = () => all(".history form button").forEach((each) => { each.disabled = !stacks[each.dataset.act].length; });

// The claims with this one in its place, or last.
export function put(claims, claim) {
  const at = claims.findIndex((each) => each.annotation_id === claim.annotation_id);
  return at < 0 ? [...claims, claim] : claims.with(at, claim);
}

// --- what the outbox tells ---
const HEARD = {
  added(row, entry) {
    track(entry);
    showStacks();
    draw(row);
  },
  answered(row, entry, { head, judgement, claim, count, spoken, ...news }) {
    const stands = claim ? { ...entry.after, claims: put(entry.after.claims, claim) } : judgement;
    draw(row, { head, judgement: stands, anew: Boolean(entry.undoes) });
    learn(news);
    say(words.saved);
    const claims = standing(row).claims.length;
    if (entry.reread || spoken !== lang || (!waiting(entry.sentence).length && (count ?? claims) !== claims)) reread(row);
  },
  async dropped(row, { parent, before, undoes }) {
    draw(row, { head: parent, judgement: before });
    await reread(row);
    if (undoes) problem(words.elsewhere);
  },
  missed: (row) => reread(row),
  refused: (row) => draw(row),
  restated: (row) => draw(row),
};

document.addEventListener("outbox", ({ detail: { kind, entry, answer } }) => {
  const row = rowOf(entry.sentence);
  if (row) HEARD[kind]?.(row, entry, answer);
  else if (document.getElementById(entry.at_row)) REMARKS[kind]?.(entry, answer);
});

// Asks what stands for the sentence by now, and believes it.
async function reread(row) {
  const { head: known } = row.dataset;
  const stands = await get(`${base}sentences/${idOf(row)}/`);
  if (!stands?.ok) return undefined;
  if (row.dataset.head !== known) return reread(row); // it has been judged meanwhile
  const { head, judgement, ...news } = JSON.parse(stands.text);
  draw(row, { head, judgement, anew: true });
  return learn(news);
}

// How far the article is; and what can be undone, where all is told.
function learn({ progress, undo, redo }) {
  const menu = find("#submit");
  const wasHere = menu?.contains(document.activeElement);
  find("#progress").outerHTML = progress;
  relabel(find("#progress"));
  if (menu && find("#submit")) find("#submit").open = menu.open; // which asks for the check anew
  if (wasHere) find("#submit summary, #panel-title").focus();
  if (undo && !waiting().length) Object.assign(stacks, { undo, redo });
  showStacks();
  tell(here());
}
