// The workbench at work: moving about, the acts, keys and clicks. The page knows what stands for every
// sentence (rows.js); one form is filled from it for the sentence in focus (form.js). What nobody
// needs before the first key or click is loaded then.

import { actionOf, showKeys } from "./keymap.js";
import { begin, drafts, dropDraft, find, keepDraft, waiting } from "./outbox.js";
import {
  all, ask, back, completeSoon, draftOf, draftsOf, here, idOf, letGo, list, problem, put, showStacks, standing, words, write,
} from "./rows.js";
import {
  asked, contradicts, discard, fill, fits, focus, form, isComplete, isEmpty, keepFocus, mark, missing, sameAs, setChain, spans,
  storedAs, typed,
} from "./form.js";
import { begin as letterPieces, end, pickAt, pieceKey } from "./pieces.js";
import { paragraphOf, sentenceSpan } from "./spans.js";

const rows = all(".sentence:not(.context)", list); // those that are to be judged
const move = (step) => focus(rows[rows.indexOf(here()) + step]);

function nextUnjudged() {
  const at = rows.indexOf(here());
  focus([...rows.slice(at + 1), ...rows.slice(0, at + 1)].find((row) => row.matches(".is-unread, .is-open")));
}

// --- judging ---
// Sends the form as it stands, and draws the sentence with this changed.
function judge(act, change, { path = act, ...details } = {}) {
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken"); // one that holds now comes in the header
  const after = { ...standing(here()), labels: asked(".about"), ...change };
  const preset = typed().preset.map((key) => ["preset", key]);
  write(here(), act, `sentences/${idOf(here())}/${path}/`, [...body, ...preset], { after, ...details });
}

let lastChain = null; // the source of the claim that was saved last

function save() {
  const claim = typed();
  const { claims } = standing(here());
  if (isEmpty(claim)) return claims.length ? finish() : letterPieces();
  if (!isComplete(".scroll", ...(spans.length ? [] : [words.words]))) return undefined;
  if (contradicts(claim)) return problem(words.attribution);
  judge("claim", { status: "open", reason: "", repeats: null, claims: put(claims, claim) }, { claim });
  if (claim.source_chain.length) lastChain = claim.source_chain;
  letGo(claim);
  return fill();
}

function finish() {
  const { claims, status } = standing(here());
  if (!claims.length || !isComplete(".about")) return;
  if (status !== "claims") judge("finish", { status: "claims" });
  nextUnjudged();
}

function remove() {
  const claim = typed();
  const claims = standing(here()).claims.filter((each) => !sameAs(claim)(each));
  if (storedAs(claim) && !fits(".about")) return;
  if (storedAs(claim)) judge("delete", { status: "open", claims }, { path: `claims/${claim.annotation_id}/delete` });
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
  if (!reason) field.focus();
  if (!isComplete(".skip-menu", ...(reason ? [] : [field.ariaLabel]))) return undefined;
  field.closest("details").open = false;
  judge("skip", { status: "skipped", reason });
  return nextUnjudged();
}

function sameSource() {
  const claims = rows.flatMap((row) => standing(row).claims);
  setChain(lastChain ?? claims.findLast((claim) => claim.source_chain.length)?.source_chain ?? []);
}

function choose(code) {
  const input = find(`#panel [data-code="${code}"] input`);
  if (!input) return false;
  input.click();
  if (input.closest(".question").dataset.key === "confidence" && spans.length && !missing(".scroll").length) save();
  return true;
}

// --- asking: what is typed stays with its sentence until it is sent ---
const menu = find(".ask");
const texts = new Map(drafts.filter((draft) => draft.asks).map(({ asks, text }) => [asks, text])); // by row
let asksOf = null; // the row whose text is in the field

function keepText(row, text) {
  const annotation_id = `ask ${row}`;
  texts.set(row, text);
  return text ? keepDraft({ annotation_id, asks: row, text }) : dropDraft(annotation_id);
}

function showText(row) {
  if (asksOf === row.id) return;
  asksOf = row.id;
  find("textarea", menu).value = texts.get(asksOf) ?? "";
  menu.open = Boolean(texts.get(asksOf));
}

function tell(wantsAnswer) {
  const field = find("textarea", menu);
  const text = field.value.trim();
  if (!text) return field.focus();
  ask(here(), text, wantsAnswer);
  field.value = "";
  keepText(asksOf, "");
  menu.open = false;
  return find("#panel-title").focus();
}

function openAsk() {
  menu.open = true;
  find("textarea", menu).focus();
}

menu?.addEventListener("input", ({ target }) => keepText(asksOf, target.value));
menu?.addEventListener("toggle", () => menu.open && menu.contains(document.activeElement) && openAsk());
if (menu) document.addEventListener("claim:shown", ({ detail }) => showText(detail.row));
document.addEventListener("outbox", ({ detail: { kind, entry } }) => {
  if (kind !== "returned" || entry.act !== "ask" || !menu) return;
  asksOf = null; // what is typed of this sentence now gives way
  keepText(entry.at_row, entry.text);
  focus(document.getElementById(entry.at_row));
});

// --- what nobody needs at first: loaded with the first sign of life; again, where the server was away ---
const [drawer, ...others] = list.dataset.later.split(" ");
const load = () => [drawer, ...others].map((module) => import(module).catch(() => ({})));
for (const sign of ["keydown", "pointerdown", "pointermove"]) document.addEventListener(sign, load, { once: true, capture: true });
document.addEventListener("outbox", load);

async function look(at) {
  const { look: show } = await load()[0];
  return show ? show(at) : problem(find("#drawer").dataset.missing);
}

document.addEventListener("toggle", ({ target }) => {
  if (target.matches("[data-check]") && target.open) look(target);
}, { capture: true });

// --- keys and clicks ---
const press = (selector) => find(selector)?.click();
const ACTIONS = {
  next: () => (form && isEmpty(typed()) && standing(here()).claims.length && here().matches(".is-open") ? finish() : move(1)),
  previous: () => move(-1),
  undo: () => focus(back("undo")), redo: () => focus(back("redo")),
  whole: () => mark([sentenceSpan(here())]),
  source: () => find("#source").focus(),
  guidelines: () => press("[data-opens=guidelines]"),
  history: () => press("[data-opens=history]"),
  pause: () => find("#paused").showModal(),
  submit: () => {
    if (document.activeElement.matches("#ask textarea")) return find("#ask").requestSubmit();
    if (find("#submit")) find("#submit").open = true;
    (find("#check [autofocus]") ?? find("#submit summary"))?.focus(); // from there drawer.js leads on
  },
  ask: openAsk, begin: letterPieces, delete: remove, keys: showKeys, "no-claim": noClaim, "same-source": sameSource,
  discard, finish, leave, save, skip,
};
const READING = ["next", "previous", "leave", "guidelines", "history", "keys"];

function leave() {
  if (document.activeElement !== document.body) find("#panel-title").focus({ preventScroll: true });
  find("#submit")?.removeAttribute("open");
  end();
  if (form && storedAs(typed()) && !draftOf(typed())) fill();
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
  if (resumes() || pieceKey(event) || act(skips(event) || actionOf(event))) event.preventDefault();
});

// Whether a pause has ended by this key or click, which then does nothing else.
const resumes = () => find("#paused").open && !find("#paused").close();

// Before the article is handed in; else says what is not, and leads to a claim that is only begun.
function isAllSaved() {
  const begun = rows.find((row) => draftsOf(row).length);
  if (begun) {
    focus(begun);
    find("#submit").open = false;
    find("#panel-title").focus();
  }
  problem(begun ? words.begun.replace("%s", begun.dataset.number) : waiting().length ? words.unsent : "");
  return !begun && !waiting().length;
}

document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  const isOurs = form && find("#panel").contains(target);
  const isEarly = target.closest("#submit") && !isAllSaved();
  if (isOurs || isEarly) event.preventDefault();
  if (isEarly) return;
  if (target.id === "ask") tell(submitter?.value ?? "1");
  else if (isOurs) ACTIONS[submitter?.dataset.act ?? "save"]();
});

document.addEventListener("click", (event) => {
  const { target } = event;
  const row = target.closest(".sentence");
  if (resumes()) return event.preventDefault();
  if (form && row === here() && event.pointerType === "touch" && !spans.length) letterPieces();
  if (paragraphOf(target) && pickAt(event)) return undefined;
  const opens = !event.ctrlKey && !event.metaKey && !event.shiftKey && target.closest("a[data-opens]");
  const link = target.closest(".state, .claims a");
  const isText = paragraphOf(target) && document.getSelection().isCollapsed && row !== here();
  if (link || opens) event.preventDefault();
  if (opens) look(opens);
  if (link || isText) focus(row, standing(row).claims.find((claim) => link?.search === `?claim=${claim.annotation_id}`));
  act(target.closest("[type=button][data-act]")?.dataset.act);
  // After a click the keys go on working: they rest only while somebody types or tabs.
  if (event.detail) target.closest(".choice input, [type=checkbox], button, a")?.blur();
  if (!target.closest("#submit")) find("#submit")?.removeAttribute("open");
  return keepFocus();
});

// --- the opening ---
begin(words);
showStacks();
focus(here(), standing(here()).claims.find((claim) => location.search.includes(claim.annotation_id)));
completeSoon();
if (drafts.length) load();
find("#panel").dataset.ready = "";
