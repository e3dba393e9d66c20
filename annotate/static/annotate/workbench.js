// The workbench at work. The page knows what stands for every sentence (`data-judgement` of its row);
// one form is filled from it for the sentence in focus, and a save is drawn at once and left to the outbox.

import { actionOf, relabel, showKeys } from "./keymap.js";
import { add, askAbout, begin as open, drafts as left, dropDraft, find, headers, keepDraft, newId, waiting } from "./outbox.js";
import { begin, end, pickAt, pieceKey } from "./pieces.js";
import { actInSources, chain, closeSources, setChain } from "./sources.js";
import { contentOf, drawClaims, joined, paint, paragraphOf, quoteOf, selectedSpan, sentenceSpan } from "./spans.js";

const IDLE = 60_000; // a longer gap between two signs of life is not work
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

// --- what stands, whether the server has acknowledged it yet or not ---
const UNREAD = { status: "open", claims: [], labels: {}, reason: "", repeats: null };
const standing = (row) => (row.dataset.judgement ? JSON.parse(row.dataset.judgement) : UNREAD);

// Shows what stands for this row: what is to be sent last, or else what is given, or else as before.
function draw(row, { head = row.dataset.head ?? "", judgement = standing(row) } = {}) {
  const unsent = waiting(idOf(row));
  const { revision = head, after: stands = judgement } = unsent.at(-1) ?? {};
  const focused = row.contains(document.activeElement) ? all("a", row).indexOf(document.activeElement) : -1;
  const state = stands.status === "open" && !stands.claims.length ? "unread" : stands.status;
  const mark = unsent.some((entry) => entry.refused) ? "refused" : unsent.length && "unsaved";
  const shown = [row.dataset.number, words.states[state], words.reasons[stands.reason] ?? stands.reason].filter(Boolean).join(": ");
  const says = mark ? `${shown} · ${words[mark]}` : shown;
  const classes = [...row.classList].filter((each) => !each.startsWith("is-"));
  row.className = [...classes, `is-${state}`, ...(mark ? [`is-${mark}`] : [])].join(" ");
  Object.assign(row.dataset, { head: revision, judgement: JSON.stringify(stands) });
  const sign = find(".state", row);
  sign.title = says;
  sign.firstElementChild.textContent = words.signs[mark || state];
  sign.lastElementChild.textContent = says;
  complete(row);
  if (focused >= 0) (all("a", row)[focused] ?? find("#panel-title")).focus();
  if (row === here()) panel.dataset.claims = stands.claims.length;
}

// Cards and highlights, drawn when the row comes near the screen; of the others when nothing else is to do.
const undrawn = new Set(all(".sentence"));
function complete(...rows) {
  for (const row of rows) {
    undrawn.delete(row);
    near.unobserve(row);
    drawCards(row, standing(row).claims);
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
  const made = find("#card").content.firstElementChild.cloneNode(true);
  find("a", made).href = `?claim=${claim.annotation_id}`;
  find("b", made).textContent = at + 1;
  const names = claim.source_chain.flatMap(([, name], place) => [...(place ? [element("i", "", "›")] : []), element("bdi", "", name)]);
  if (names.length) find(".chain", made).replaceChildren(...names);
  find(".noted", made).title = claim.note;
  find(".noted", made).hidden = !claim.note;
  for (const { dataset: { key, usual } } of all("[data-usual]", panel)) {
    const told = (claim.labels[key] ?? []).filter((value) => !usual.split(" ").includes(value));
    find(".noted", made).before(...told.map((value) => element("span", `tag c-${key}-${value}`, titleOf(key, value))));
  }
  return made;
}

const titleOf = (key, value) => find(`[data-key="${key}"] [value="${value}"] + span`, panel)?.textContent ?? value;

// --- the form: one draft at a time; each is kept in the browser until its claim is saved ---
const drafts = new Map();
let spans = [];
const sameAs = (claim) => (each) => each.annotation_id === claim.annotation_id;
const put = (claims, claim) => (claims.some(sameAs(claim)) ? claims.map((each) => (sameAs(claim)(each) ? claim : each)) : [...claims, claim]);
const storedAs = (claim) => standing(here()).claims.find(sameAs(claim));
const questions = (part) => all(`${part} .question`, form);
const isGiven = (input) => input.value && (input.type === "text" || input.checked);
const chosen = (question) => all("input", question).filter(isGiven).map((input) => input.value);
const asked = (part) => Object.fromEntries(questions(part).map((each) => [each.dataset.key, chosen(each)]).filter(([, values]) => values.length));
const isOpen = (question) => question.matches("[data-required]") && !chosen(question).length;
const missing = (part) => questions(part).filter(isOpen).map((question) => find("legend", question).textContent);
const isEmpty = ({ spans: marked, source_chain: links, note, labels, preset }) =>
  !marked.length && !links.length && !note && Object.keys(labels).every((key) => preset.includes(key));

// The claim in the form, as a row keeps it.
const typed = () => ({
  annotation_id: form.elements.annotation_id.value,
  spans,
  source_chain: chain(),
  labels: asked(".scroll"),
  note: form.elements.note.value,
  preset: all(".preset", form).map((question) => question.dataset.key),
  suggested: JSON.parse(form.elements.suggested.value || "null"),
});

function fresh(row) {
  const preset = Object.entries(JSON.parse(row.dataset.preset || "{}")).map(([key, value]) => [key, [value]]);
  const [labels, keys] = [Object.fromEntries(preset), preset.map(([key]) => key)];
  return { annotation_id: newId(), spans: [], source_chain: [], labels, note: "", preset: keys, suggested: null };
}

function answer(question, values = []) {
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
  const judgement = standing(row);
  const kept = [...drafts.values()].findLast((draft) => draft.sentence === idOf(row));
  const shown = (claim ? drafts.get(claim.annotation_id) ?? claim : kept) ?? fresh(row);
  const editing = Boolean(storedAs(shown));
  end();
  closeSources();
  problem("");
  Object.assign(panel.dataset, { sentence: row.id, claims: judgement.claims.length });
  for (const number of all("[data-number]", form)) number.textContent = row.dataset.number;
  for (const each of all(".editing", form)) each.hidden = !editing;
  find(".fresh", form).hidden = editing;
  form.elements.annotation_id.value = shown.annotation_id;
  form.elements.note.value = shown.note;
  form.elements.suggested.value = shown.suggested ? JSON.stringify(shown.suggested) : "";
  form.elements.no_claim_reason.value = judgement.status === "no_claim" ? judgement.reason : row.dataset.reason;
  form.elements.duplicate_of.value = judgement.repeats ?? row.dataset.repeats ?? "";
  form.elements.skip_reason.value = judgement.status === "skipped" ? judgement.reason : "";
  find("#piece").checked = false;
  setChain(shown.source_chain);
  for (const question of questions(".scroll")) {
    answer(question, shown.labels[question.dataset.key]);
    question.classList.toggle("preset", shown.preset.includes(question.dataset.key));
  }
  for (const question of questions(".about")) answer(question, (shown.about ?? judgement.labels)[question.dataset.key]);
  show(shown.spans);
  for (const each of [panel, find(".scroll", form)]) each.scrollTop = 0;
  keepFocus();
  document.dispatchEvent(new CustomEvent("claim:shown", { detail: { row, claim: shown } }));
}

function show(wanted) {
  const paragraph = find("p", here());
  spans = joined(wanted);
  paint(spans);
  const quotes = spans.map(quoteOf);
  form.elements.spans.value = JSON.stringify(spans);
  form.elements.quotes.value = JSON.stringify(quotes);
  Object.assign(find("#words"), { textContent: quotes.join(" … "), lang: paragraph.lang, dir: paragraph.dir });
  derive();
}

// Marks these spans as the words of the claim.
function mark(wanted) {
  const begins = !spans.length && wanted.length;
  show(wanted);
  say(find("#words").textContent);
  keepTyped();
  if (begins) document.dispatchEvent(new CustomEvent("claim:begun", { detail: { row: here() } }));
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
  const claim = typed();
  const stored = storedAs(claim);
  if (stored ? JSON.stringify(stored) === JSON.stringify(claim) : isEmpty(claim)) return letGo(claim);
  const draft = { ...claim, about: asked(".about"), sentence: idOf(here()) };
  drafts.delete(claim.annotation_id); // so that it is the last
  drafts.set(claim.annotation_id, draft);
  return keepDraft(draft);
}

// What was answered or typed before this page was at work is a draft.
function keepEarly() {
  const isTyped = (input) => input.type === "text" && input.value !== input.defaultValue;
  const isChanged = (input) => isTyped(input) || input.checked !== input.defaultChecked;
  if (!form || !all(".scroll input", form).some(isChanged)) return;
  spans = JSON.parse(form.elements.spans.value || "[]");
  keepTyped();
}

function letGo({ annotation_id: id }) {
  if (drafts.delete(id)) dropDraft(id);
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
  const at = rows.indexOf(here());
  focus([...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((row) => row.matches(".is-unread, .is-open")));
}

// --- writing ---
const stacks = JSON.parse(list.dataset.tops); // what can be undone and redone: [[revision, sentence]…], the last goes first
const results = new Map(); // by revision: what stands when it is undone or redone, as far as this page knows

function track({ act, revision, sentence, undoes, before, after }) {
  const top = undoes ?? revision;
  const [from, onto] = act === "undo" ? ["undo", "redo"] : ["redo", "undo"];
  results.set(top, { [from]: after, [onto]: before });
  stacks[from] = undoes ? stacks[from].filter(([each]) => each !== top) : [];
  if (!stacks[onto].some(([each]) => each === top)) stacks[onto].push([top, sentence]);
  showStacks();
}

function showStacks() {
  for (const name of ["undo", "redo"]) if (form) document.getElementById(name).disabled = !stacks[name].length;
  keepFocus();
}

function write(row, act, path, fields, details) {
  const [{ base, article }, { number, head = "" }] = [list.dataset, row.dataset];
  const entry = { act, fields: [...fields, ["seconds", spent()]], url: base + path, number, article, ...details };
  add({ revision: newId(), parent: head, sentence: idOf(row), before: standing(row), ...entry });
  say(words.unsaved);
}

// Sends the form as it stands, and draws the sentence with this changed.
function judge(act, change, { path = act, ...details } = {}) {
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken"); // one that holds now comes in the header
  const after = { ...standing(here()), labels: asked(".about"), ...change };
  const preset = typed().preset.map((key) => ["preset", key]);
  write(here(), act, `sentences/${idOf(here())}/${path}/`, [...body, ...preset], { after, ...details });
}

// Says what is missing in this part of the form, and more; tells whether nothing is.
function isComplete(part, ...more) {
  const left = [...more, ...missing(part)];
  problem(left.length ? words.missing.replace("%s", left.join(", ")) : "");
  return !left.length;
}

function save() {
  const claim = typed();
  const { claims } = standing(here());
  if (isEmpty(claim)) return claims.length ? finish() : start();
  if (!isComplete(".scroll", ...(spans.length ? [] : [words.words]))) return undefined;
  judge("claim", { status: "open", reason: "", repeats: null, claims: put(claims, claim) }, { claim });
  if (claim.source_chain.length) lastChain = claim.source_chain;
  letGo(claim);
  return fill();
}

let lastChain = null;
const earlierChain = () => all(".sentence").flatMap((row) => standing(row).claims).findLast((claim) => claim.source_chain.length)?.source_chain;

function finish() {
  const { claims, status } = standing(here());
  if (!claims.length || !isComplete(".about")) return;
  if (status !== "claims") judge("finish", { status: "claims" });
  nextUnjudged();
}

function remove() {
  const claim = typed();
  const left = standing(here()).claims.filter((each) => !sameAs(claim)(each));
  if (storedAs(claim)) judge("delete", { status: "open", claims: left }, { path: `claims/${claim.annotation_id}/delete` });
  letGo(claim);
  fill();
}

function noClaim() {
  const { no_claim_reason: { value: reason }, duplicate_of: { value: repeats } } = form.elements;
  if (standing(here()).claims.length) return problem(words.claims);
  if (reason === "duplicate" && !repeats) return form.elements.duplicate_of.focus();
  if (!isComplete(".about")) return undefined;
  judge("no-claim", { status: "no_claim", reason, repeats: Number(repeats) || null });
  return nextUnjudged();
}

function skip() {
  const field = form.elements.skip_reason;
  const reason = field.value.trim();
  problem(reason ? "" : words.missing.replace("%s", field.getAttribute("aria-label")));
  if (!reason) return field.focus();
  field.closest("details").open = false;
  judge("skip", { status: "skipped", reason });
  return nextUnjudged();
}

function back(act) {
  const [undoes, sentence] = stacks[act].at(-1) ?? [];
  if (!undoes) return problem(words.nothing);
  write(rowOf(sentence), act, `articles/${list.dataset.article}/${act}/`, [], { undoes, after: results.get(undoes)?.[act] });
  return focus(rowOf(sentence));
}

function start() {
  const taken = standing(here()).claims.flatMap((claim) => claim.spans);
  begin(find("p", here()), { taken, kept: find("#piece").checked ? spans : [], onSpan: mark });
}

// --- what the outbox tells ---
const HEARD = {
  added(row, entry) {
    track(entry);
    draw(row);
  },
  answered(row, entry, { head, judgement, claim, ...news }) {
    draw(row, { head, judgement: claim ? { ...entry.after, claims: put(entry.after.claims, claim) } : judgement });
    learn(news);
    say(words.saved);
    if (entry.undoes) refill(row);
    if (entry.reread || (!waiting(entry.sentence).length && (news.count ?? standing(row).claims.length) !== standing(row).claims.length)) reread(row);
  },
  refused(row, entry) {
    draw(row);
    if (row === here() && !document.hidden) askAbout(entry);
  },
  async dropped(row, { parent, before, undoes }) {
    draw(row, { head: parent, judgement: before });
    await reread(row);
    if (undoes) problem(words.elsewhere);
  },
  missed: (row) => reread(row),
  returned(row, { act, claim, sentence, after }) {
    if (act === "claim") drafts.set(claim.annotation_id, { ...claim, about: after.labels, sentence });
    focus(row, claim);
  },
  restated: (row) => draw(row),
};

document.addEventListener("outbox", ({ detail: { kind, entry, answer: told } }) => {
  const row = rowOf(entry.sentence);
  if (row) HEARD[kind](row, entry, told);
});

// Asks what stands for the sentence by now, and believes it.
async function reread(row) {
  const { head: known } = row.dataset;
  const stands = await fetch(`${list.dataset.base}sentences/${idOf(row)}/`, { headers: headers() }).catch(() => null);
  if (!stands?.ok) return undefined;
  if (row.dataset.head !== known) return reread(row); // it has been judged meanwhile
  const { head, judgement, ...news } = await stands.json();
  draw(row, { head, judgement });
  learn(news);
  return refill(row);
}

function refill(row) {
  if (row === here() && form && !drafts.has(form.elements.annotation_id.value)) fill();
}

// How far the article is; and what can be undone, where all is told.
function learn({ progress, undo, redo }) {
  const wasOpen = find("#submit")?.open;
  find("#progress").outerHTML = progress;
  relabel(find("#progress"));
  if (find("#submit")) find("#submit").open = wasOpen;
  if (undo && !waiting().length) Object.assign(stacks, { undo, redo });
  showStacks();
}

// --- time at work: gaps, hidden pages and pauses do not count ---
let seconds = 0;
let lastSign = Date.now();

function alive() {
  const gap = Date.now() - lastSign;
  if (!document.hidden && !find("#paused").open && gap <= IDLE) seconds += gap / 1000;
  lastSign = Date.now();
}

function spent() {
  alive();
  const whole = Math.floor(seconds);
  seconds -= whole;
  return whole;
}

for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) document.addEventListener(sign, alive, { passive: true });
document.addEventListener("visibilitychange", () => { lastSign = Date.now(); });

// --- keys and clicks ---
const press = (selector) => find(selector)?.click();
const ACTIONS = {
  next: () => (form && isEmpty(typed()) && panel.dataset.claims !== "0" && here().matches(".is-open") ? finish() : move(1)),
  previous: () => move(-1),
  begin: start, save, leave, skip, finish, delete: remove, "no-claim": noClaim, keys: showKeys,
  undo: () => back("undo"),
  redo: () => back("redo"),
  whole: () => mark([sentenceSpan(here())]),
  "same-source": () => {
    setChain(lastChain ?? earlierChain() ?? []);
    derive();
    keepTyped();
  },
  source: () => find("#source").focus(),
  guidelines: () => press("[data-opens=guidelines]"),
  history: () => press("[data-opens=history]"),
  ask() {
    find(".ask").open = true;
    find(".ask textarea").focus();
  },
  pause: () => find("#paused").showModal(),
  submit() {
    if (!find("#submit")) return;
    find("#submit").open = true;
    (find("#check [autofocus]") ?? find("#submit summary")).focus(); // from there drawer.js leads on
  },
};
const READING = ["next", "previous", "leave", "guidelines", "history", "keys"];

function leave() {
  if (document.activeElement !== document.body) find("#panel-title").focus({ preventScroll: true });
  find("#submit")?.removeAttribute("open");
  end();
  closeSources();
  if (form && storedAs(typed()) && !drafts.has(form.elements.annotation_id.value)) fill();
}

function choose(code) {
  const input = find(`#panel [data-code="${code}"] input`);
  if (!input) return false;
  input.click();
  if (input.closest(".question").dataset.key === "confidence" && spans.length && !missing(".scroll").length) save();
  return true;
}

function act(name) {
  if (!name || (!form && !READING.includes(name))) return false;
  if (name.startsWith("option:")) return choose(name.replace("option:", ""));
  ACTIONS[name]();
  return true;
}

// In the field of the reason Enter means to skip; else it would press the first button of the form.
const skips = ({ key, target, isComposing }) => key === "Enter" && target.name === "skip_reason" && !isComposing && "skip";

document.addEventListener("keydown", (event) => {
  if (resumes() || pieceKey(event) || actInSources(event) || act(skips(event) || actionOf(event))) event.preventDefault();
});

// Whether a pause has ended by this key or click, which then does nothing else.
function resumes() {
  const was = find("#paused").open;
  find("#paused").close();
  return was;
}

document.addEventListener("submit", (event) => {
  if (event.target.closest("#submit") && waiting().length) {
    event.preventDefault();
    problem(words.unsent);
  } else if (form && panel.contains(event.target)) {
    event.preventDefault();
    ACTIONS[event.submitter?.dataset.act ?? "save"]();
  }
});

document.addEventListener("click", (event) => {
  const { target } = event;
  const row = target.closest(".sentence");
  if (resumes()) return event.preventDefault();
  if (form && row === here() && event.pointerType === "touch" && !spans.length) start();
  if (paragraphOf(target) && pickAt(event)) return undefined;
  const link = target.closest(".state, .claims a");
  const isText = paragraphOf(target) && document.getSelection().isCollapsed && row !== here();
  if (link) event.preventDefault();
  if (link || isText) focus(row, standing(row).claims.find((claim) => link?.search === `?claim=${claim.annotation_id}`));
  act(target.closest("[type=button][data-act]")?.dataset.act);
  // After a click the keys go on working: they rest only while somebody types or tabs.
  if (event.detail) target.closest(".choice input, [type=checkbox], button, a")?.blur();
  if (!target.closest("#submit")) find("#submit")?.removeAttribute("open");
  return keepFocus();
});

document.addEventListener("dblclick", (event) => {
  if (!form || !paragraphOf(event.target)) return;
  start();
  pickAt(event, true);
});

for (const sign of ["input", "change", "chain", "click"]) { // a click also on what is chosen already
  form?.addEventListener(sign, ({ target }) => {
    if (sign === "click" && !target.matches(".question input")) return;
    target.closest(".question")?.classList.remove("preset");
    if (sign === "change") target.closest(".question")?.nextElementSibling?.scrollIntoView({ block: "nearest" });
    derive();
    keepTyped();
  });
}
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

for (const draft of left) if (rowOf(draft.sentence)) drafts.set(draft.annotation_id, draft);
keepEarly();
open();
showStacks();
focus(here(), standing(here()).claims.find((claim) => location.search.includes(claim.annotation_id)));
for (const row of undrawn) near.observe(row);
whenIdle(completeRest, SOON);
panel.dataset.ready = "";
