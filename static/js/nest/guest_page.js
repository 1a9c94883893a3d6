// What is different on a guest's page: one browser at a time has a pass, and some rights follow what the
// nest is set to.

import { postJson } from "../core/api.js";
import { show } from "../core/dom.js";
import { Refusal } from "../core/refusal.js";

const KEY = "andre.browser";
const BYTES = 16;
// A right of a guest: what is pressed for it. Elsewhere on the page it is the style sheet that hides.
const BUTTONS = { skip: "[data-action=skip]", blow_airhorn: "[data-action=airhorns]" };
// What nobody has where the nest is set otherwise, whatever a guest may.
const SWITCHES = { blow_airhorn: "airhorns" };

// Says which browser this is, by a name that no copied cookie carries: the later one has the pass.
export async function claimPass() {
  try {
    await postJson("/api/guest/browser", { browser: readName() });
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault; // The connection will say what is wrong.
  }
}

export function mountGuestPage(root, store) {
  store.subscribe(({ you, nest }) => {
    for (const [right, selector] of Object.entries(BUTTONS)) {
      const isOn = nest?.nest[SWITCHES[right]] !== false;
      root.querySelectorAll(selector).forEach((button) => show(button, isOn && Boolean(you?.may[right])));
    }
  });
}

function readName() {
  const kept = localStorage.getItem(KEY);
  if (kept) return kept;
  const name = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(KEY, name);
  return name;
}
