// What the reviewer's table asks of the server: whatever happens there is an answer.

const PATIENCE = 30_000; // milliseconds after which an answer is not waited for any more

export const author = document.querySelector("#signed-out")?.dataset.user; // none on the queue's page
const parsed = (html) => document.createRange().createContextualFragment(html);

// One who signs in anew, be it in another tab, has a new token: that of the page holds no more.
export const token = () => document.cookie.match(/csrftoken=(\w+)/)?.[1] ?? "";
const { lang } = document.documentElement; // another may have been chosen in another tab
const headers = () => ({ "HX-Request": "true", "X-Author": author, "X-CSRFToken": token(), "X-Language": lang });

export async function ask(url, how) {
  try {
    const answer = await fetch(url, { headers: headers(), cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how });
    const { ok, status } = answer;
    return { ok, status, refusal: answer.headers.get("X-Refusal"), came: parsed(await answer.text()) };
  } catch {
    return { ok: false, came: parsed("") }; // it was not reached, or not in time
  }
}

// The item of this page, if there is something to settle.
export async function load(url) {
  const { ok, came } = await ask(url);
  return ok ? came.querySelector("#item:has(#settle)") : null;
}

// Why nothing was done, in the server's words; empty where it has none.
export function saidIn(came) {
  const told = came.querySelector("#message h1") ?? came.querySelector("#message");
  return told?.textContent.trim().replace(/\s+/g, " ");
}
