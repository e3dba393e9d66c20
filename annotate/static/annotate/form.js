// The form: the claim of the sentence in focus that is being made or changed. As long as it is not
// saved it is a draft, kept in the browser by claim.

import { find, newId } from "./outbox.js";
import { all, draftOf, draftsOf, here, idOf, letGo, problem, putAside, rowOf, say, standing, words } from "./rows.js";
import { contentOf, joined, paint, pairs, quoteOf } from "./spans.js";

export const form = find("#claim"); // none where the article is only read
const panel = find("#panel");
const tell = (name) => document.dispatchEvent(new CustomEvent(name, { detail: { row: here(), claim: typed() } }));

// --- what is in it ---
export let spans = []; // the words of the claim
const questions = (part) => all(`${part} .question`, form);
const isGiven = (input) => input.value && (input.type === "text" || input.checked);
const chosen = (question) => all("input", question).filter(isGiven).map((input) => input.value);
const isOpen = (question) => question.matches("[data-required]") && !chosen(question).length;
export const missing = (part) => questions(part).filter(isOpen).map((question) => find("legend", question).textContent);

export function asked(part) {
  const answers = questions(part).map((question) => [question.dataset.key, chosen(question)]);
  return Object.fromEntries(answers.filter(([, values]) => values.length));
}

// The claim in the form, as a row keeps it.
export const typed = () => ({
  annotation_id: form.elements.annotation_id.value,
  spans,
  source_chain: chain(),
  labels: asked(".scroll"),
  note: form.elements.note.value,
  preset: all(".preset", form).map((question) => question.dataset.key),
  suggested: JSON.parse(form.elements.suggested.value || "null"),
});

export const isEmpty = ({ spans: marked, source_chain: links, note, labels, preset }) =>
  !marked.length && !links.length && !note && Object.keys(labels).every((key) => preset.includes(key));

// The server would refuse it: without a source a claim is the author's own, with one it is not.
export const contradicts = ({ labels: { attribution_type: types }, source_chain: links }) =>
  Boolean(types) && types.includes("author") !== !links.length;

export const sameAs = (claim) => (each) => each.annotation_id === claim.annotation_id;
export const storedAs = (claim) => standing(here()).claims.find(sameAs(claim));

// The source chain: [[id, name]…], outermost relay first.
export const chain = () => all("#chain li", form).map((link) => [find("input", link).value, find("bdi", link).textContent]);
export const chainChanged = () => find("#chain").dispatchEvent(new CustomEvent("chain", { bubbles: true }));
const putChain = (wanted) => find("#chain").replaceChildren(...wanted.map(link));
export const setChain = (wanted) => { putChain(wanted); chainChanged(); };

function link([id, name]) {
  const made = find("#link").content.firstElementChild.cloneNode(true);
  find("input", made).value = id;
  find("bdi", made).textContent = name;
  return made;
}

// Whether nothing that is sent of this part of the form is too long, which is said there (lengths.js).
export const fits = (part) => all(`:is(${part}, .about) [data-most]`, form).every((field) => field.reportValidity());

// Says what is missing in this part of the form, and more, or too long; tells whether nothing is.
export function isComplete(part, ...more) {
  const lacking = [...more, ...missing(part)];
  problem(lacking.length ? words.missing.replace("%s", lacking.join(words.comma)) : "");
  return !lacking.length && fits(part);
}

// --- drafts ---
function keepTyped() {
  const claim = typed();
  const stored = storedAs(claim);
  if (stored ? JSON.stringify(stored) === JSON.stringify(claim) : isEmpty(claim)) letGo(claim);
  else putAside({ ...claim, about: asked(".about"), sentence: idOf(here()) });
  offerDiscard(claim);
}

const offerDiscard = (claim) => { find("#discard").hidden = !draftOf(claim); };

// Throws away what is not saved of the claim in the form: what is stored stands there again.
export function discard() {
  const claim = typed();
  if (!draftOf(claim)) return;
  letGo(claim);
  fill(storedAs(claim));
}

// What was answered or typed before this page was at work is a draft.
function keepEarly() {
  const isChanged = (input) => input.value !== input.defaultValue || input.checked !== input.defaultChecked;
  if (!all(".scroll [name]", form).some(isChanged)) return;
  spans = JSON.parse(form.elements.spans.value || "[]");
  keepTyped();
}

// --- showing ---
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

// The fields beside the claim, of which there are no drafts, that were answered since this sentence
// came into focus or was judged: a late answer of the server leaves them as they are.
const answered = new Set();
let filledFrom; // what stood for the sentence then

// Shows this claim in the form; without one the draft of the sentence, or an empty one; and beside
// it what stands for the sentence, or this.
export function fill(claim, judgement = standing(here())) {
  if (!form) return;
  const row = here();
  const shown = (claim ? draftOf(claim) ?? claim : draftsOf(row).at(-1)) ?? fresh(row);
  problem("");
  if (panel.dataset.sentence !== row.id) answered.clear();
  filledFrom = row.dataset.judgement;
  Object.assign(panel.dataset, { sentence: row.id, claims: standing(row).claims.length });
  title(row, Boolean(storedAs(shown)));
  form.elements.annotation_id.value = shown.annotation_id;
  form.elements.note.value = shown.note;
  form.elements.suggested.value = shown.suggested ? JSON.stringify(shown.suggested) : "";
  fillVerdict(row, judgement);
  find("#piece").checked = false;
  putChain(shown.source_chain);
  for (const question of questions(".scroll")) {
    answer(question, shown.labels[question.dataset.key]);
    question.classList.toggle("preset", shown.preset.includes(question.dataset.key));
  }
  for (const question of questions(".about")) {
    const { key } = question.dataset;
    if (!answered.has(`about_${key}`)) answer(question, (shown.about ?? judgement.labels)[key]);
  }
  show(shown.spans);
  offerDiscard(shown);
  for (const each of [panel, find(".scroll", form)]) each.scrollTop = 0;
  keepFocus();
  tell("claim:shown");
}

function title(row, isChange) {
  for (const number of all("[data-number]", form)) number.textContent = row.dataset.number;
  for (const each of all(".editing, .fresh", form)) each.hidden = each.matches(".fresh") === isChange;
}

// What the row would say without a claim.
function fillVerdict({ dataset }, { status, reason, repeats }) {
  const verdict = {
    no_claim_reason: status === "no_claim" ? reason : dataset.reason,
    duplicate_of: repeats ?? dataset.repeats ?? "",
    skip_reason: status === "skipped" ? reason : "",
  };
  for (const [name, value] of Object.entries(verdict)) if (!answered.has(name)) form.elements[name].value = value;
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
export function mark(wanted) {
  const begins = !spans.length && wanted.length;
  show(wanted);
  say(find("#words").textContent);
  keepTyped();
  if (begins) tell("claim:begun");
}

// The attribution type as the server will derive it (annotate/domain/quotation.py), for show.
function derive() {
  const quoted = all("[data-quoted]").flatMap(({ dataset }) => pairs(dataset.quoted));
  const content = contentOf(spans);
  const inside = content.filter((at) => quoted.some(([first, last]) => first <= at && at < last));
  const isDirect = content.length && inside.length >= 0.9 * content.length;
  const type = !chain().length ? "author" : isDirect ? "direct" : "indirect";
  for (const { value, parentElement } of all("[name=label_attribution_type]", form)) {
    parentElement.classList.toggle("derived", value === type);
  }
}

// --- focus ---
let held = null; // what last had the focus in the panel

// Whoever stood on a button that is gone now stands on the heading, where the keys act.
export function keepFocus() {
  const isGone = held && (held.disabled || !held.checkVisibility());
  if (isGone && [held, document.body].includes(document.activeElement)) find("#panel-title").focus();
}

// Brings this sentence into focus, with this in the form.
export function focus(row, ...shown) {
  if (!row || row.matches(".context")) return;
  here()?.classList.remove("here");
  row.classList.add("here");
  fill(...shown);
  bringUp(row);
  requestAnimationFrame(() => requestAnimationFrame(() => row === here() && bringUp(row)));
}

// Twice: what comes into sight beside the row gets its true height only once it is drawn.
const bringUp = (row) => row.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "start" : "nearest" });

// A row has been drawn: what stood there may be in the form, and a button may be gone.
document.addEventListener("row:told", ({ detail: { row, anew } }) => {
  if (row !== here()) return;
  panel.dataset.claims = standing(row).claims.length;
  if (anew && form && !draftOf(typed()) && row.dataset.judgement !== filledFrom) fill();
  keepFocus();
});

document.addEventListener("outbox", ({ detail: { kind, entry } }) => {
  const { act, claim, sentence, after } = entry;
  if (kind === "added" && sentence === idOf(here())) answered.clear();
  if (kind !== "returned" || !rowOf(sentence)) return;
  if (act === "claim") putAside({ ...claim, about: after.labels, sentence });
  focus(rowOf(sentence), claim, after);
  for (const { name } of all("#claim :is(.about, .verdict) [name]")) answered.add(name); // what stands is told later
  find(".skip-menu")?.toggleAttribute("open", act === "skip");
});

panel.addEventListener("focusin", ({ target }) => { held = target; });
for (const sign of ["input", "change", "chain", "click"]) { // a click also on what is chosen already
  form?.addEventListener(sign, ({ target }) => {
    if (sign === "click" && !target.matches(".question input")) return;
    answered.add(target.name);
    target.closest(".question")?.classList.remove("preset");
    if (sign === "change") target.closest(".question")?.nextElementSibling?.scrollIntoView({ block: "nearest" });
    derive();
    keepTyped();
  });
}
find(".skip-menu")?.addEventListener("toggle", ({ target }) => target.open && form.elements.skip_reason.focus());
if (form) keepEarly();
