// Another language opens the page anew, at the item or sentence that is looked at by now. What is
// typed and not sent is asked about first, but where the page keeps it: in the claim that is begun
// and the question on the workbench, and in the table of a sentence under review.

const form = document.querySelector("#language");
const NOT_TYPED = ["hidden", "checkbox", "radio", "password"].map((type) => `[type=${type}]`).join();
const TYPED = `main :is(textarea, input:not(${NOT_TYPED}, [autocomplete=username]))`;
// With the claim, if one is begun (#discard shows that), what is said of the whole sentence is kept.
const KEPT = "#ask *, #claim .scroll [name], .workbench:has(#discard:not([hidden])) .about *, #settle *";
const token = () => document.cookie.match(/csrftoken=(\w+)/)?.[1];

// What this field may hold that nobody typed. In the answer to a form what was typed is what stands there;
// the fields beside the claim are filled by a script, from what stands for the sentence.
function untyped(field) {
  const row = document.querySelector(".workbench .sentence.here");
  if (!row || !field.closest("#claim")) return ["sent" in form.dataset ? "" : field.defaultValue];
  const { labels, reason, repeats } = JSON.parse(row.dataset.judgement || '{"labels": {}}');
  return ["", row.dataset.repeats, reason, repeats, ...Object.values(labels).flat()].map(String);
}

const isLost = (field) => !untyped(field).includes(field.value) && !field.matches(KEPT);
const losesWords = () => [...document.querySelectorAll(TYPED)].some(isLost);

function here() {
  const address = new URL(location.href);
  const sentence = document.querySelector(".workbench .sentence.here");
  if (sentence) address.search = `?sentence=${sentence.id.replace("sentence-", "")}`;
  return address.pathname + address.search;
}

// A page that the browser has kept whole for the way back may be in the former language.
const { lang } = document.documentElement;
sessionStorage.setItem("isnad language", lang);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && sessionStorage.getItem("isnad language") !== lang && !losesWords()) location.reload();
});

form.addEventListener("submit", (event) => {
  if (losesWords() && !confirm(form.dataset.asks)) return event.preventDefault();
  if (!("sent" in form.dataset)) form.elements.next.value = here();
  // One who signs in anew, be it in another tab, has a new token: that of the page holds no more.
  form.elements.csrfmiddlewaretoken.value = token() ?? form.elements.csrfmiddlewaretoken.value;
});
