// The page of somebody who waits to be let in: it asks every few seconds, and goes on by itself.

const ASK_EVERY_MS = 3_000;
const WAITING = "waiting";

const form = document.querySelector("[data-waiting]");
ask();

async function ask() {
  const state = await readState();
  if (state === WAITING) setTimeout(ask, ASK_EVERY_MS);
  else form.submit();
}

// Without an answer nothing is known, and the next question may find out.
async function readState() {
  try {
    const answer = await fetch(form.dataset.waiting, { credentials: "same-origin" });
    return answer.ok ? (await answer.json()).state : WAITING;
  } catch (fault) {
    if (fault instanceof TypeError) return WAITING; // No network, or no JSON from a proxy between.
    if (fault instanceof SyntaxError) return WAITING;
    throw fault;
  }
}
