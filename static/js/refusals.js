// A refusal is said beside the thing that was pressed, and goes away by itself.

import { setText } from "./dom.js";
import { asTimeOfDay } from "./format.js";
import { placeNear } from "./popovers.js";

const STAYS_MS = 6_000;
let leaving = null;
let said = null; // beside what
let isWatching = false;

// Shows why the promised answer is a refusal, near `anchor`.
export function explain(anchor, answer) {
  return answer.catch((refusal) => {
    if (!refusal.error) throw refusal;
    say(anchor, sentenceOf(refusal));
  });
}

export function sentenceOf({ message, welcome_at_ms: welcomeAt }) {
  return welcomeAt ? `${message} It is welcome again at ${asTimeOfDay(welcomeAt)}.` : message;
}

export function say(anchor, sentence) {
  const bubble = document.getElementById("refusal");
  watchForTheEnd();
  said = anchor;
  setText(bubble, sentence);
  bubble.showPopover();
  placeNear(bubble, anchor);
  clearTimeout(leaving);
  leaving = setTimeout(() => bubble.hidePopover(), STAYS_MS);
}

// A sentence lives and dies with what was pressed: it goes when its dialog or its menu does.
function watchForTheEnd() {
  if (isWatching) return;
  isWatching = true;
  document.addEventListener("close", endWith, true);
  document.addEventListener("toggle", (event) => event.newState === "closed" && endWith(event), true);
}

function endWith({ target }) {
  const bubble = document.getElementById("refusal");
  if (said && target !== bubble && target.contains(said)) bubble.hidePopover();
}
