// How I like the page, wherever I sign in: this device's copy is the quick one, the server's lasts.

import { getJson } from "../core/api.js";
import { changePreferences } from "../core/commands.js";
import { catchRefusal } from "../core/refusal.js";

const ADDRESS = "/api/me/preferences";

// What I chose elsewhere is worn here; without an answer this device's copy will do.
export async function fetchPreferences(store) {
  const preferences = await catchRefusal(getJson(ADDRESS));
  store.set({ preferences });
  apply(preferences);
}

let told = null; // As the nest has said last.
let awaited = null; // What was saved here last, until the nest says it, too.

export async function savePreferences(preferences, send) {
  apply(preferences);
  awaited = holds(told, preferences) ? null : preferences;
  const done = await catchRefusal(send(changePreferences(preferences)));
  if (!done && awaited === preferences) awaited = null;
}

// What I choose in another browser is worn here at once; what I chose here before my last choice is not.
export function followPreferences(store) {
  told = awaited = null;
  store.subscribe(({ nest }, before) => {
    const chosen = nest?.mine.preferences;
    if (!chosen || chosen === before.nest?.mine.preferences) return;
    told = chosen;
    if (awaited && !holds(told, awaited)) return;
    awaited = null;
    apply(chosen);
  });
}

function holds(chosen, preferences) {
  return Object.entries(preferences).every(([name, value]) => chosen?.[name] === value);
}

// What is heard is no look of this page.
function apply(chosen) {
  const { speakers_together: _, ...looks } = chosen ?? {};
  const known = Object.entries(looks).filter(([, value]) => value !== null);
  if (known.length) window.displayPreferences.change(Object.fromEntries(known));
}
