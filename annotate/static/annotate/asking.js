// What the annotator tells the reviewers of a sentence: kept in the outbox like a save, and shown
// beside the sentence at once. It is no judgement: none waits for it, and it waits for none.

import { add, find, newId } from "./outbox.js";

const form = find("#ask");
const list = find(".sentences");
const idOf = (revision) => `remark-${revision}`;
const isOurs = (entry) => entry.act === "ask" && entry.article === list.dataset.article;

function tell(event) {
  event.preventDefault();
  event.stopPropagation(); // the form of the claim hears nothing of it
  const text = form.elements.text.value.trim();
  if (!text) return form.elements.text.focus();
  const row = find(".sentence.here");
  const [revision, wants] = [newId(), event.submitter?.value ?? "1"];
  const at = row.id.replace("sentence-", "");
  const fields = [["text", text], ["wants_answer", wants]];
  const entry = { revision, parent: "", sentence: `ask-${revision}`, at_row: row.id, number: row.dataset.number, article: list.dataset.article, act: "ask", url: `${list.dataset.base}sentences/${at}/ask/`, text, fields };
  add(entry);
  form.elements.text.value = "";
  form.closest("details").open = false;
  return find("#panel-title").focus();
}

function draw(entry, shown = unsaved(entry)) {
  const row = document.getElementById(entry.at_row);
  if (!row) return;
  if (!find(".beside", row)) row.append(Object.assign(document.createElement("div"), { className: "beside" }));
  const there = document.getElementById(idOf(entry.revision));
  if (there) there.replaceWith(shown);
  else find(".beside", row).append(shown);
}

function unsaved({ revision, text }) {
  const made = find("#asked").content.firstElementChild.cloneNode(true);
  made.id = idOf(revision);
  find("bdi", made).textContent = text;
  return made;
}

const HEARD = {
  added: (entry) => draw(entry),
  answered: (entry, answer) => draw(entry, document.createRange().createContextualFragment(answer.remark)),
  dropped: (entry) => document.getElementById(idOf(entry.revision))?.remove(),
  returned: ({ text }) => {
    form.closest("details").open = true;
    form.elements.text.value = text;
  },
};

document.addEventListener("outbox", ({ detail: { kind, entry, answer } }) => {
  if (isOurs(entry)) HEARD[kind]?.(entry, answer);
});

if (form) {
  form.addEventListener("submit", tell);
  form.closest("details").addEventListener("toggle", ({ target }) => target.open && form.elements.text.focus());
}
