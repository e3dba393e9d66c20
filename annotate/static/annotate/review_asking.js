// What the reviewer's table asks of the server: whatever happens there is an answer.

const HEADERS = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
const PATIENCE = 30_000; // milliseconds after which an answer is not waited for any more
const KEPT_ALIVE = 20_000; // bytes, of which a browser sends all from a page that is left, too; some may be on their way
const AROUND = 200; // bytes of a field beside its value

const parsed = (html) => document.createRange().createContextualFragment(html);

export async function ask(url, how) {
  try {
    const answer = await fetch(url, { headers: HEADERS, cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how });
    const html = await answer.text();
    return { ok: answer.ok, came: parsed(answer.status === 401 || answer.status >= 500 ? "" : html) };
  } catch {
    return { ok: false, came: parsed("") }; // it was not reached, or not in time
  }
}

// The item of this page, if there is something to settle.
export async function load(url) {
  const { ok, came } = await ask(url);
  return ok ? came.querySelector("#item:has(#settle)") : null;
}

export function post(url, body) {
  const size = [...body.values()].reduce((sum, value) => sum + AROUND + 4 * value.length, 0);
  return ask(url, { method: "POST", body, keepalive: size < KEPT_ALIVE });
}
