// Another language opens the page anew, at the item or sentence that is looked at by now. What is
// typed and not sent is asked about first, but where the page keeps it: on the workbench, and in
// the table of a sentence under review.

const form = document.querySelector("#language");
const TYPED = "main :is(textarea, input:not([type=hidden], [type=checkbox], [type=radio]))";
const KEPT = ".workbench *, #settle *";

const isLost = (field) => field.value !== field.defaultValue && !field.matches(KEPT);
const losesWords = () => ("sent" in form.dataset && document.querySelector("main form")) || [...document.querySelectorAll(TYPED)].some(isLost);

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
});
