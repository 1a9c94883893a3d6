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

export async function savePreferences(preferences, send) {
  apply(preferences);
  await catchRefusal(send(changePreferences(preferences)));
}

// What I choose in another browser is worn here at once.
export function followPreferences(store) {
  store.subscribe(({ nest }, before) => {
    const chosen = nest?.mine.preferences;
    if (!chosen || chosen === before.nest?.mine.preferences) return;
    apply(chosen);
  });
}

// What is heard is no look of this page.
function apply(chosen) {
  const { speakers_together: _, ...looks } = chosen ?? {};
  const known = Object.entries(looks).filter(([, value]) => value !== null);
  if (known.length) window.displayPreferences.change(Object.fromEntries(known));
}
