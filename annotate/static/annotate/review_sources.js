// Names of sources while one types another into a row of the reviewer's table: of a chain, the last.

const PAUSE = 150; // milliseconds without a key
let waiting = 0;

async function offer(field) {
  const { list, value } = field;
  const [typed, before] = [field.value.split(">").at(-1).trim(), field.value.slice(0, field.value.lastIndexOf(">") + 1)];
  const answer = typed && (await fetch(list.dataset.url + encodeURIComponent(typed)).catch(() => null));
  const html = answer?.ok && (await answer.text());
  if (!html || field.value !== value || field !== document.activeElement) return; // for other words, or another claim
  const found = document.createRange().createContextualFragment(html).querySelectorAll("[data-source]");
  list.replaceChildren(...[...found].map((each) => Object.assign(document.createElement("option"), { value: `${before} ${each.dataset.name}`.trim() })));
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("#settle input[list]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(offer, PAUSE, target);
});
