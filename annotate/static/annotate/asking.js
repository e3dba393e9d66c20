// What the annotator tells the reviewers of a sentence: kept in the outbox like a save, and shown
// beside the sentence at once. It is no judgement: none waits for it, and it waits for none. What is
// not sent yet stays with its sentence.

import { add, drafts, dropDraft, find, keepDraft, newId } from "./outbox.js";

const form = find("#ask");
const menu = form?.closest("details");
const list = find(".sentences");
const here = () => find(".sentence.here");
const idOf = (revision) => `remark-${revision}`;
const isOurs = (entry) => entry.act === "ask" && entry.article === list.dataset.article;

// --- what is typed ---
const texts = new Map(drafts.filter((draft) => draft.asks).map(({ asks, text }) => [asks, text])); // by row
let shown = null; // the row whose text is in the field

function keep(row, text) {
  const annotation_id = `ask ${row}`;
  if (text) texts.set(row, text);
  else texts.delete(row);
  return text ? keepDraft({ annotation_id, asks: row, text }) : dropDraft(annotation_id);
}

function show(row) {
  if (!form || shown === row.id) return;
  shown = row.id;
  form.elements.text.value = texts.get(shown) ?? "";
  menu.open = texts.has(shown);
}

function tell(event) {
  event.preventDefault();
  event.stopPropagation(); // the form of the claim hears nothing of it
  const text = form.elements.text.value.trim();
  if (!text) return form.elements.text.focus();
  const row = here();
  const { article, base } = list.dataset;
  const [revision, wants] = [newId(), event.submitter?.value ?? "1"];
  add({
    revision,
    parent: "",
    sentence: `ask-${revision}`,
    at_row: row.id,
    number: row.dataset.number,
    article,
    act: "ask",
    url: `${base}sentences/${row.id.replace("sentence-", "")}/ask/`,
    text,
    fields: [["text", text], ["wants_answer", wants]],
  });
  form.elements.text.value = "";
  keep(row.id, "");
  menu.open = false;
  return find("#panel-title").focus();
}

// --- what is shown ---
function draw(entry, remark = unsaved(entry)) {
  const row = document.getElementById(entry.at_row);
  if (!row) return;
  if (!find(".beside", row)) row.append(Object.assign(document.createElement("div"), { className: "beside" }));
  const there = document.getElementById(idOf(entry.revision));
  if (there) there.replaceWith(remark);
  else find(".beside", row).append(remark);
}

function unsaved({ revision, text }) {
  const made = find("#asked").content.firstElementChild.cloneNode(true);
  made.id = idOf(revision);
  find("bdi", made).textContent = text;
  return made;
}

const answered = (entry, answer) => draw(entry, document.createRange().createContextualFragment(answer.remark));
const HEARD = {
  added: (entry) => draw(entry),
  answered,
  missed: answered,
  dropped: (entry) => document.getElementById(idOf(entry.revision))?.remove(),
  returned({ at_row, text }) {
    shown = null; // what is typed of this sentence now gives way
    keep(at_row, text);
    find(`#${at_row} .state`).click();
  },
};

document.addEventListener("outbox", ({ detail: { kind, entry, answer } }) => {
  if (isOurs(entry)) HEARD[kind]?.(entry, answer);
});

if (form) {
  document.addEventListener("claim:shown", ({ detail }) => show(detail.row));
  form.addEventListener("submit", tell);
  form.elements.text.addEventListener("input", ({ target }) => keep(shown, target.value));
  menu.addEventListener("toggle", () => {
    if (menu.open && menu.contains(document.activeElement)) form.elements.text.focus();
  });
}
