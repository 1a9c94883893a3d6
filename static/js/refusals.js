// A refusal is said beside the thing that was pressed, and goes away by itself.

import { setText } from "./dom.js";
import { asTimeOfDay } from "./format.js";

const STAYS_MS = 6_000;
const GAP_PX = 8;
let leaving = null;

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
  setText(bubble, sentence);
  bubble.showPopover();
  place(bubble, anchor.getBoundingClientRect());
  clearTimeout(leaving);
  leaving = setTimeout(() => bubble.hidePopover(), STAYS_MS);
}

function place(bubble, anchor) {
  const { width, height } = bubble.getBoundingClientRect();
  const most = window.innerWidth - width - GAP_PX;
  const middle = anchor.left + anchor.width / 2 - width / 2;
  const above = anchor.top - height - GAP_PX;
  const top = above > GAP_PX ? above : anchor.bottom + GAP_PX;
  bubble.style.setProperty("left", `${Math.max(GAP_PX, Math.min(middle, most))}px`);
  bubble.style.setProperty("top", `${Math.min(top, window.innerHeight - height - GAP_PX)}px`);
}
