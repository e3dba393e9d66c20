// The workbench at work. The page knows what stands for every sentence (`data-judgement`); one form
// is filled from it for the sentence in focus, and a save is drawn at once and left to the outbox.

import { actionOf, relabel, showKeys } from "./keymap.js";
import { add, askAbout, dropDraft, keepDraft, newId, open, send, waiting } from "./outbox.js";
import { begin, end, pickAt, pieceKey } from "./pieces.js";
import { actInSources, chain, closeSources, headers, setChain } from "./sources.js";
import { contentOf, drawClaims, joined, paint, paragraphOf, quoteOf, selectedSpan, sentenceSpan } from "./spans.js";

const IDLE = 60_000; // a longer gap between two signs of life is not work
const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const list = find(".sentences");
const words = JSON.parse(list.dataset.words);
const panel = find("#panel");
const form = find("#claim"); // none where the article is only read
const rowOf = (sentence) => document.getElementById(`sentence-${sentence}`);
const idOf = (row) => row.id.replace("sentence-", "");
const here = () => find(".sentence.here");
const say = (text) => { find("#live").textContent = text; };

const element = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
const problem = (text) => find("#problem").replaceChildren(...(text ? [element("p", "notice error", text)] : []));

// --- what stands: what the server last told, and over it what is not acknowledged yet ---

const told = new Map(); // of the rows of which more was told since the page was opened
const UNREAD = { status: "open", claims: [], labels: {}, reason: "", repeats: null };
const lastTold = (row) => told.get(row) ?? { head: row.dataset.head ?? "", judgement: row.dataset.judgement ? JSON.parse(row.dataset.judgement) : UNREAD };
const sameAs = (claim) => (each) => each.annotation_id === claim.annotation_id;
const put = (claims, claim) => (claims.some(sameAs(claim)) ? claims.map((each) => (sameAs(claim)(each) ? claim : each)) : [...claims, claim]);
const brought = (judgement, { result }) => result ?? judgement;
const EFFECTS = {
  claim: (judgement, { claim }) => ({ ...judgement, status: "open", reason: "", repeats: null, claims: put(judgement.claims, claim) }),
  delete: (judgement, { claim }) => ({ ...judgement, status: "open", claims: judgement.claims.filter((each) => !sameAs(claim)(each)) }),
  finish: (judgement) => ({ ...judgement, status: "claims" }),
  "no-claim": (judgement, { reason, repeats }) => ({ ...judgement, status: "no_claim", reason, repeats }),
  skip: (judgement, { reason }) => ({ ...judgement, status: "skipped", reason }),
  undo: brought,
  redo: brought,
};
const HISTORY = ["undo", "redo"];
const after = (judgement, entry) => ({ ...(EFFECTS[entry.act]?.(judgement, entry) ?? judgement), ...(entry.about && { labels: entry.about }) });

function standing(row) {
  const { head, judgement } = lastTold(row);
  const unsent = waiting(idOf(row));
  const taken = new Set(); // what is undone before it was ever sent
  for (const { act, undoes } of unsent.filter((entry) => HISTORY.includes(entry.act))) taken[act === "undo" ? "add" : "delete"](undoes);
  const own = new Set(unsent.map((entry) => entry.revision));
  const effective = unsent.filter((entry) => !taken.has(entry.revision) && !own.has(entry.undoes));
  return { head: unsent.at(-1)?.revision ?? head, judgement: effective.reduce(after, judgement), unsent };
}

function draw(row) {
  if (!told.has(row)) told.set(row, lastTold(row)); // before what is not acknowledged is written over it
  const { head, judgement, unsent } = standing(row);
  const focused = row.contains(document.activeElement) ? all("a", row).indexOf(document.activeElement) : -1;
  const state = !head || (judgement.status === "open" && !judgement.claims.length) ? "unread" : judgement.status;
  const refused = unsent.some((entry) => entry.refused);
  const mark = refused ? "refused" : unsent.length && "unsaved";
  const shown = [row.dataset.number, words.states[state], words.reasons[judgement.reason] ?? judgement.reason].filter(Boolean).join(": ");
  const says = mark ? `${shown} · ${words[mark]}` : shown;
  row.className = row.className.replace(/\bis-\S+ ?/g, "").trim();
  row.classList.add(`is-${state}`, ...(mark ? [`is-${mark}`] : []));
  Object.assign(row.dataset, { head, judgement: JSON.stringify(judgement) });
  const sign = find(".state", row);
  sign.title = says;
  sign.firstElementChild.textContent = words.signs[mark || state];
  sign.lastElementChild.textContent = says;
  complete(row);
  if (focused >= 0) (all("a", row)[focused] ?? find("#panel-title")).focus();
  if (row === here()) panel.dataset.claims = judgement.claims.length;
}

// Cards and highlights, drawn when the row comes near the screen; of the others when nothing else is to do.
const undrawn = new Set(all(".sentence"));
function complete(...rows) {
  for (const row of rows) {
    undrawn.delete(row);
    near.unobserve(row);
    drawCards(row, standing(row).judgement.claims);
  }
  drawClaims(rows);
}
const near = new IntersectionObserver((seen) => complete(...seen.filter((each) => each.isIntersecting).map(({ target }) => target)), { rootMargin: "50%" });
const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));
const SOON = { timeout: 300 }; // at the latest
function completeRest() {
  complete(...[...undrawn].slice(0, 10));
  if (undrawn.size) whenIdle(completeRest, SOON);
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
  const made = find("#card").content.cloneNode(true);
  const link = find("a", made);
  link.href = `?claim=${claim.annotation_id}`;
  find("b", made).textContent = at + 1;
  const names = claim.source_chain.flatMap(([, name], place) => [...(place ? [element("i", "", "›")] : []), element("bdi", "", name)]);
  find(".chain", made).append(...(names.length ? names : [words.author]));
  for (const { dataset: { key, usual } } of all("[data-usual]", panel)) {
    for (const value of claim.labels[key] ?? []) {
      if (!usual.split(" ").includes(value)) link.append(element("span", `tag c-${key}-${value}`, titleOf(key, value)));
    }
  }
  if (claim.note) {
    const note = Object.assign(element("span", "", "✎"), { title: claim.note });
    note.append(element("span", "unseen", words.note));
    link.append(note);
  }
  return made;
}

const titleOf = (key, value) => find(`[data-key="${key}"] [value="${value}"] + span`, panel)?.textContent ?? value;

// --- the form: one draft at a time; each is kept in the browser until its claim is saved ---

const drafts = new Map();
let spans = [];
const questions = () => all(".scroll .question", form);
const newClaim = () => ({ annotation_id: newId(), spans: [], source_chain: [], labels: {}, note: "", preset: [], suggested: null });
const asked = (root) => Object.fromEntries(all(".question", root).map((question) => [question.dataset.key, chosen(question)]).filter(([, values]) => values.length));
const chosen = (question) => all("input, textarea", question).filter((input) => input.type === "text" || input.checked).map((input) => input.value).filter(Boolean);

function typed() {
  const suggested = form.elements.suggested.value;
  return {
    annotation_id: form.elements.annotation_id.value,
    spans,
    source_chain: chain(),
    labels: asked(find(".scroll", form)),
    note: form.elements.note.value,
    preset: questions().filter((question) => question.matches(".preset")).map((question) => question.dataset.key),
    suggested: suggested ? JSON.parse(suggested) : null,
  };
}

const sentencePart = () => find(".about", form) ?? element("i");
const about = () => asked(sentencePart());
const isEmpty = (claim) => !claim.spans.length && !claim.source_chain.length && !claim.note && Object.keys(claim.labels).every((key) => claim.preset.includes(key));
const isStored = (claim) => standing(here()).judgement.claims.some(sameAs(claim));

function answer(question, values) {
  for (const input of all("input", question)) {
    if (input.type === "text") input.value = values[0] ?? "";
    else input.checked = input.value ? values.includes(input.value) : !values.length;
  }
}

let held = null; // what last had the focus in the panel
panel.addEventListener("focusin", ({ target }) => { held = target; });

// Whoever stood on a button that is gone now stands on the heading, where the keys act.
function keepFocus() {
  const isGone = held && (held.disabled || !held.checkVisibility());
  if (isGone && [held, document.body].includes(document.activeElement)) find("#panel-title").focus();
}

// Shows this claim in the form; without one the draft of the sentence, or an empty one.
function fill(claim) {
  if (!form) return;
  const row = here();
  const { judgement } = standing(row);
  const kept = [...drafts.values()].filter((draft) => draft.sentence === idOf(row));
  const shown = (claim ? drafts.get(claim.annotation_id) ?? claim : kept.at(-1)) ?? preset(row, newClaim());
  end();
  closeSources();
  problem("");
  Object.assign(panel.dataset, { sentence: row.id, claims: judgement.claims.length });
  for (const number of all("[data-number]", form)) number.textContent = row.dataset.number;
  form.elements.annotation_id.value = shown.annotation_id;
  form.elements.note.value = shown.note;
  form.elements.suggested.value = shown.suggested ? JSON.stringify(shown.suggested) : "";
  form.elements.no_claim_reason.value = judgement.status === "no_claim" ? judgement.reason : row.dataset.reason;
  form.elements.duplicate_of.value = judgement.repeats ?? row.dataset.repeats ?? "";
  form.elements.skip_reason.value = judgement.status === "skipped" ? judgement.reason : "";
  find("#piece").checked = false;
  setChain(shown.source_chain);
  for (const question of questions()) {
    answer(question, shown.labels[question.dataset.key] ?? []);
    question.classList.toggle("preset", shown.preset.includes(question.dataset.key));
  }
  for (const question of all(".about .question", form)) answer(question, (shown.about ?? judgement.labels)[question.dataset.key] ?? []);
  const editing = isStored(shown);
  for (const each of all(".editing", form)) each.hidden = !editing;
  find(".fresh", form).hidden = editing;
  mark(shown.spans, false);
  for (const each of [panel, find(".scroll", form)]) each.scrollTop = 0;
  keepFocus();
  document.dispatchEvent(new CustomEvent("claim:shown", { detail: { row, claim: shown } }));
}

function preset(row, claim) {
  const values = JSON.parse(row.dataset.preset || "{}");
  return { ...claim, preset: Object.keys(values), labels: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]])) };
}

// Marks these spans as the words of the claim.
function mark(wanted, changed = true) {
  const fresh = changed && !spans.length && wanted.length;
  spans = joined(wanted);
  paint(spans);
  const paragraph = find("p", here());
  const quote = Object.assign(find("#words"), { textContent: spans.map(quoteOf).join(" … "), lang: paragraph.lang, dir: paragraph.dir });
  if (changed) say(quote.textContent);
  derive();
  if (changed) keepTyped();
  if (fresh) document.dispatchEvent(new CustomEvent("claim:begun", { detail: { row: here() } }));
}

// The attribution type as the server will derive it (annotate/domain/quotation.py), for show.
function derive() {
  const quoted = all("[data-quoted]").flatMap(({ dataset }) => dataset.quoted.split(" ").map((pair) => pair.split("-").map(Number)));
  const content = contentOf(spans);
  const inside = content.filter((at) => quoted.some(([first, last]) => first <= at && at < last));
  const type = !chain().length ? "author" : content.length && inside.length >= 0.9 * content.length ? "direct" : "indirect";
  for (const input of all("[name=label_attribution_type]", form)) input.parentElement.classList.toggle("derived", input.value === type);
}

function keepTyped() {
  const draft = { ...typed(), about: about(), sentence: idOf(here()) };
  drafts.delete(draft.annotation_id);
  const stored = standing(here()).judgement.claims.find(sameAs(draft));
  if (stored ? JSON.stringify({ ...stored, ...draft }) === JSON.stringify({ ...stored, about: draft.about, sentence: draft.sentence }) : isEmpty(draft)) return dropDraft(draft.annotation_id);
  drafts.set(draft.annotation_id, draft);
  return keepDraft(draft);
}

// --- from sentence to sentence ---

function focus(row, claim) {
  if (!row) return;
  here()?.classList.remove("here");
  row.classList.add("here");
  fill(claim);
  bringUp(row);
  requestAnimationFrame(() => requestAnimationFrame(() => row === here() && bringUp(row)));
}

// Twice: what comes into sight beside the row gets its true height only once it is drawn.
function bringUp(row) {
  row.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });
}

function move(step) {
  const rows = all(".sentence");
  focus(rows[rows.indexOf(here()) + step]);
}

function nextUnjudged() {
  const rows = all(".sentence");
  const isOpen = (row) => row.matches(".is-unread, .is-open");
  focus(rows.slice(rows.indexOf(here()) + 1).find(isOpen) ?? rows.find(isOpen) ?? here());
}

// --- writing ---

const results = new Map(); // by revision: what stood before and after it, as far as this page knows
const stacks = JSON.parse(list.dataset.tops); // what can be undone and redone: [[revision, sentence]…]

function track({ act, revision, sentence, undoes }) {
  if (!rowOf(sentence)) return; // of another article, or no judgement
  const other = { undo: "redo", redo: "undo" }[act];
  const known = ([each]) => each === (undoes ?? revision);
  if (other) stacks[act] = stacks[act].filter((each) => !known(each));
  else stacks.redo = [];
  const onto = stacks[other ?? "undo"];
  if (!onto.some(known)) onto.push([undoes ?? revision, sentence]);
  showStacks();
}

function showStacks() {
  for (const name of ["undo", "redo"]) if (form) document.getElementById(name).disabled = !stacks[name].length;
  keepFocus();
}

function write(row, act, path, fields, details = {}) {
  const { head, judgement } = standing(row);
  const revision = newId();
  const entry = { revision, parent: head, sentence: idOf(row), number: row.dataset.number, article: list.dataset.article, act, url: list.dataset.base + path, ...details };
  const answers = Object.entries(entry.about ?? {}).flatMap(([key, values]) => values.map((value) => [`about_${key}`, value]));
  entry.fields = [["revision", revision], ["parent", details.undoes ?? head], ["seconds", spent()], ...answers, ...fields];
  results.set(revision, { undo: judgement, redo: after(judgement, entry) });
  track(entry);
  add(entry);
  draw(row);
  say(words.unsaved);
}

const judge = (act, fields, details, path = act) => write(here(), act, `sentences/${idOf(here())}/${path}/`, fields, { about: about(), ...details });

function missing(root) {
  const open = all("[data-required]", root).filter((question) => !chosen(question).length);
  return open.map((question) => find("legend", question).textContent);
}

function isComplete(root, ...more) {
  const left = [...more, ...missing(root)];
  problem(left.length ? words.missing.replace("%s", left.join(", ")) : "");
  return !left.length;
}

function save() {
  const claim = typed();
  const { judgement } = standing(here());
  if (isEmpty(claim)) return judgement.claims.length ? finish() : start();
  if (!isComplete(find(".scroll", form), ...(spans.length ? [] : [words.words]))) return undefined;
  const labels = Object.entries(claim.labels).flatMap(([key, values]) => values.map((value) => [`label_${key}`, value]));
  const fields = [
    ["annotation_id", claim.annotation_id], ["spans", JSON.stringify(claim.spans)], ["quotes", JSON.stringify(claim.spans.map(quoteOf))],
    ...claim.source_chain.map(([id]) => ["chain", id]), ...labels, ["note", claim.note], ...claim.preset.map((key) => ["preset", key]),
    ...(claim.suggested ? [["suggested", JSON.stringify(claim.suggested)]] : []),
  ];
  judge("claim", fields, { claim });
  letGo(claim);
  if (claim.source_chain.length) lastChain = claim.source_chain;
  return fill();
}

let lastChain = null;
const earlierChain = () => all(".sentence").flatMap((row) => standing(row).judgement.claims).findLast((claim) => claim.source_chain.length)?.source_chain;

function letGo({ annotation_id: id }) {
  drafts.delete(id);
  dropDraft(id);
}

function finish() {
  const { judgement } = standing(here());
  if (!judgement.claims.length || !isComplete(sentencePart())) return;
  if (judgement.status !== "claims") judge("finish", []);
  nextUnjudged();
}

function remove() {
  const claim = typed();
  if (isStored(claim)) judge("delete", [], { claim }, `claims/${claim.annotation_id}/delete`);
  letGo(claim);
  fill();
}

function noClaim() {
  const { no_claim_reason: { value: reason }, duplicate_of: { value: repeats } } = form.elements;
  if (standing(here()).judgement.claims.length) return problem(words.claims);
  if (reason === "duplicate" && !repeats) return form.elements.duplicate_of.focus();
  if (!isComplete(sentencePart())) return undefined;
  judge("no-claim", [["no_claim_reason", reason], ["duplicate_of", repeats]], { reason, repeats: Number(repeats) || null });
  return nextUnjudged();
}

function skip() {
  const field = form.elements.skip_reason;
  const reason = field.value.trim();
  problem(reason ? "" : words.missing.replace("%s", field.getAttribute("aria-label")));
  if (!reason) return field.focus();
  field.closest("details").open = false;
  judge("skip", [["skip_reason", reason]], { reason });
  return nextUnjudged();
}

function back(act) {
  const top = stacks[act].at(-1);
  if (!top) return problem(words.nothing);
  const row = rowOf(top[1]);
  write(row, act, `articles/${list.dataset.article}/${act}/`, [], { undoes: top[0], result: results.get(top[0])?.[act] });
  return focus(row);
}

function start() {
  const taken = standing(here()).judgement.claims.flatMap((claim) => claim.spans);
  begin(find("p", here()), { taken, kept: find("#piece").checked ? spans : [], onSpan: mark });
}

// --- what the outbox tells ---

const HEARD = {
  added: (entry) => {
    track(entry);
    redraw(entry);
  },
  answered: (entry, answer) => {
    const row = rowOf(entry.sentence);
    if (!row) return;
    const { judgement } = lastTold(row);
    const settled = answer.judgement ?? after(judgement, { ...entry, claim: answer.claim ?? entry.claim });
    told.set(row, { head: answer.head, judgement: settled });
    if (answer.judgement && !waiting().length) learnTops(answer);
    showProgress(answer.progress);
    redraw(entry);
    say(words.saved);
    if (entry.reread || (answer.count ?? settled.claims.length) !== settled.claims.length) reread(entry);
  },
  refused: (entry) => {
    redraw(entry);
    if (rowOf(entry.sentence) === here() && !document.hidden) askAbout(entry);
  },
  dropped: (entry) => {
    if (HISTORY.includes(entry.act)) problem(words.elsewhere);
    reread(entry);
  },
  returned: (entry) => {
    if (!rowOf(entry.sentence)) return;
    if (entry.act === "claim") drafts.set(entry.claim.annotation_id, { ...entry.claim, about: entry.about, sentence: entry.sentence });
    focus(rowOf(entry.sentence), entry.act === "claim" ? entry.claim : undefined);
  },
};

function redraw({ sentence, act }) {
  const row = rowOf(sentence);
  if (!row) return;
  draw(row);
  if (row === here() && form && HISTORY.includes(act) && !drafts.has(form.elements.annotation_id.value)) fill();
}

// Asks what stands for the sentence by now, and believes it.
async function reread(entry) {
  const row = rowOf(entry.sentence);
  const answer = row && (await fetch(`${list.dataset.base}sentences/${entry.sentence}/`, { headers: headers() }).catch(() => null));
  if (!answer?.ok) return;
  const stands = await answer.json();
  told.set(row, { head: stands.head, judgement: stands.judgement });
  if (!waiting().length) learnTops(stands);
  showProgress(stands.progress);
  redraw({ ...entry, act: "undo" });
}

function learnTops({ undo, redo }) {
  Object.assign(stacks, { undo, redo });
  showStacks();
}

function showProgress(html) {
  const wasOpen = find("#submit")?.open;
  find("#progress").outerHTML = html;
  relabel(find("#progress"));
  if (find("#submit")) find("#submit").open = wasOpen;
}

// --- time at work: gaps, hidden pages and pauses do not count ---

let seconds = 0;
let lastSign = Date.now();
function alive() {
  const now = Date.now();
  if (!document.hidden && !find("#paused").open && now - lastSign <= IDLE) seconds += (now - lastSign) / 1000;
  lastSign = now;
}
function spent() {
  alive();
  const whole = Math.floor(seconds);
  seconds -= whole;
  return whole;
}
for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) document.addEventListener(sign, alive, { passive: true });
document.addEventListener("visibilitychange", () => { lastSign = Date.now(); });

function pause() {
  alive();
  find("#paused").showModal();
}
for (const sign of ["keydown", "click"]) {
  find("#paused").addEventListener(sign, (event) => {
    event.preventDefault();
    event.stopPropagation();
    lastSign = Date.now();
    find("#paused").close();
  });
}

// --- keys and clicks ---

const press = (selector) => find(selector)?.click();
const ACTIONS = {
  next: () => (form && isEmpty(typed()) && panel.dataset.claims !== "0" && here().matches(".is-open") ? finish() : move(1)),
  previous: () => move(-1),
  begin: start, save, leave, skip, finish, pause, delete: remove, "no-claim": noClaim, keys: showKeys,
  undo: () => back("undo"),
  redo: () => back("redo"),
  "same-source": () => {
    setChain(lastChain ?? earlierChain() ?? []);
    derive();
    keepTyped();
  },
  source: () => find("#source").focus(),
  guidelines: () => press("[data-opens=guidelines]"),
  history: () => press("[data-opens=history]"),
  ask: () => press(".ask summary"),
  submit: () => {
    if (find("#submit")) find("#submit").open = true;
    find("#submit button")?.focus();
  },
};
const READING = ["next", "previous", "leave", "guidelines", "history", "keys", "pause"];

function leave() {
  if (document.activeElement !== document.body) find("#panel-title").focus({ preventScroll: true });
  find("#submit")?.removeAttribute("open");
  end();
  closeSources();
  if (form && isStored(typed()) && !drafts.has(form.elements.annotation_id.value)) fill();
}

function choose(code) {
  const input = find(`#panel [data-code="${code}"] input`);
  if (!input) return false;
  input.click();
  const isLast = input.closest(".question").dataset.key === "confidence" && spans.length && !missing(find(".scroll", form)).length;
  if (isLast) save();
  return true;
}

function act(name) {
  if (!name || (!form && !READING.includes(name))) return false;
  if (name.startsWith("option:")) return choose(name.replace("option:", ""));
  ACTIONS[name]();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (pieceKey(event) || actInSources(event) || act(actionOf(event))) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (event.target.closest("#submit")) {
    if (waiting().length) event.preventDefault();
    if (waiting().length) problem(words.unsent);
  } else if (form && panel.contains(event.target)) {
    event.preventDefault();
    const { act: name = "save" } = event.submitter?.dataset ?? {};
    ACTIONS[event.target === form ? name : event.submitter.id]();
  }
});

document.addEventListener("click", (event) => {
  const { target } = event;
  const row = target.closest(".sentence");
  if (form && row === here() && event.pointerType === "touch" && !spans.length) start();
  if (paragraphOf(target) && pickAt(event)) return;
  const link = target.closest(".claims a");
  if (link) {
    const id = link.search.replace("?claim=", "");
    focus(row, standing(row).judgement.claims.find((claim) => claim.annotation_id === id));
  } else if (target.closest(".state") || (paragraphOf(target) && document.getSelection().isCollapsed && row !== here())) focus(row);
  if (link || target.closest(".state")) event.preventDefault();
  if (target.closest("#whole")) mark([sentenceSpan(here())]);
  if (target.closest("[data-act=pause]")) pause();
  // After a click the keys go on working: they rest only while somebody types or tabs.
  if (event.detail) target.closest(".choice input, [type=checkbox], button, a")?.blur();
  if (!target.closest("#submit")) find("#submit")?.removeAttribute("open");
  keepFocus();
});

document.addEventListener("dblclick", (event) => {
  if (!form || !paragraphOf(event.target)) return;
  start();
  pickAt(event, true);
});

for (const sign of ["input", "change", "chain", "click"]) {
  form?.addEventListener(sign, ({ target }) => {
    if (sign === "click" && !target.matches(".question input")) return;
    target.closest(".question")?.classList.remove("preset");
    if (sign === "change") target.closest(".question")?.nextElementSibling?.scrollIntoView({ block: "nearest" });
    derive();
    keepTyped();
  });
}

// In the field of the reason Enter means to skip; else it would press the first button of the form.
form?.elements.skip_reason.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  skip();
});
find(".skip-menu")?.addEventListener("toggle", ({ target }) => target.open && form.elements.skip_reason.focus());

// --- words marked by selecting them ---

function takeSelection() {
  const found = selectedSpan();
  if (!found || !form) return;
  end();
  if (found.row !== here()) focus(found.row);
  mark(find("#piece").checked ? [...spans, found.span] : [found.span]);
  document.getSelection().removeAllRanges();
}

let pointerDown = false;
let settling;
for (const sign of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(sign, () => {
    pointerDown = sign === "pointerdown";
    if (sign === "pointerup") takeSelection();
  });
}
document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  if (!pointerDown) settling = setTimeout(takeSelection, 600);
});

const left = await open({ name: `isnad ${list.dataset.user} ${list.dataset.base}`, author: list.dataset.user, words, on: HEARD });
for (const draft of left) if (rowOf(draft.sentence)) drafts.set(draft.annotation_id, draft);
for (const entry of waiting()) HEARD.added(entry);
const asks = new URLSearchParams(location.search).get("claim");
focus(here(), standing(here()).judgement.claims.find((claim) => claim.annotation_id === asks));
send();
for (const row of undrawn) near.observe(row);
whenIdle(completeRest, SOON);
