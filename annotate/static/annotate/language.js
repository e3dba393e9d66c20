// Another language opens the page anew, at the item or sentence that is looked at by now. What is
// typed and not sent is asked about first, but where the page keeps it: on the workbench, and in
// the table of a sentence under review.

const form = document.querySelector("#language");
const NOT_TYPED = ["hidden", "checkbox", "radio", "password"].map((type) => `[type=${type}]`).join();
const TYPED = `main :is(textarea, input:not(${NOT_TYPED}, [autocomplete=username]))`;
const KEPT = ".workbench *, #settle *";

// In the answer to a form what was typed is what stands there.
const before = (field) => ("sent" in form.dataset ? "" : field.defaultValue);
const isLost = (field) => field.value !== before(field) && !field.matches(KEPT);
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
});
