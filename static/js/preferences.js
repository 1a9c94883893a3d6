// How I like the page, wherever I sign in: this device's copy is the quick one, the server's lasts.

import { ask, patch } from "./api.js";

const ADDRESS = "/api/me/preferences";

// What I chose elsewhere is worn here; without an answer this device's copy will do.
export async function fetchTaste() {
  const chosen = await unlessRefused(ask(ADDRESS));
  const known = Object.entries(chosen ?? {}).filter(([, value]) => value !== null);
  if (known.length) window.TASTE.change(Object.fromEntries(known));
}

export async function keepTaste(taste) {
  window.TASTE.change(taste);
  await unlessRefused(patch(ADDRESS, taste));
}

async function unlessRefused(answer) {
  try {
    return await answer;
  } catch (refusal) {
    if (!refusal.error) throw refusal;
    return null;
  }
}
