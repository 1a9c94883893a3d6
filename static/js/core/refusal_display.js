// How a refusal is shown: beside the thing that was pressed, from where it goes away by itself, or in
// the place that a dialog has for it.

import { setText, show } from "./dom.js";
import { formatTimeOfDay } from "./format.js";
import { placeNear } from "./popovers.js";
import { catchRefusal } from "./refusal.js";

const STAYS_MS = 6_000;
let hiding = null;
let pressed = null; // what the bubble stands beside
let isWatching = false;

// Shows why the promised answer is a refusal, near `anchor`. Resolves to the answer, or to undefined.
export function showRefusal(anchor, answer) {
  return catchRefusal(answer, (refusal) => showBubble(anchor, formatRefusal(refusal)));
}

// The same in a place of its own, which is empty before. Resolves to whether it was done.
export async function showRefusalIn(place, answer) {
  writeRefusal(place, "");
  return catchRefusal(
    answer.then(() => true),
    (refusal) => {
      writeRefusal(place, formatRefusal(refusal));
      return false;
    },
  );
}

export function writeRefusal(place, sentence) {
  setText(place, sentence);
  show(place, sentence !== "");
}

export function formatRefusal({ message, welcome_at_ms: welcomeAt }) {
  return welcomeAt ? `${message} It is welcome again at ${formatTimeOfDay(welcomeAt)}.` : message;
}

export function showBubble(anchor, sentence) {
  const bubble = document.getElementById("refusal");
  hideWithItsDialog();
  pressed = anchor;
  setText(bubble, sentence);
  bubble.showPopover();
  placeNear(bubble, anchor);
  clearTimeout(hiding);
  hiding = setTimeout(() => bubble.hidePopover(), STAYS_MS);
}

// A sentence lives and dies with what was pressed: it goes when its dialog or its menu does.
function hideWithItsDialog() {
  if (isWatching) return;
  isWatching = true;
  document.addEventListener("close", hideInside, true);
  document.addEventListener("toggle", (event) => event.newState === "closed" && hideInside(event), true);
}

function hideInside({ target }) {
  const bubble = document.getElementById("refusal");
  if (pressed && target !== bubble && target.contains(pressed)) bubble.hidePopover();
}
