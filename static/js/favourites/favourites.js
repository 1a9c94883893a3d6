// A listener's own favourites: which tracks are among them, and the songs themselves.

import { deleteJson, getJson, putJson } from "../core/api.js";

export async function fetchFavouriteUris() {
  const { uris } = await getJson("/api/favourites/uris");
  return new Set(uris);
}

// Throws a Refusal.
export async function fetchFavourites(words, { signal }) {
  const { favourites } = await getJson(`/api/favourites?${new URLSearchParams({ q: words })}`, { signal });
  return favourites;
}

// Throws a Refusal.
export function keepFavourite(uri, isKept) {
  const address = `/api/tracks/${encodeURIComponent(uri)}/favourite`;
  return isKept ? putJson(address) : deleteJson(address);
}

// What this page has heard since it asked weighs more than what it was told then.
export function isFavourite(uri, known, { nest }) {
  return nest?.mine.liked?.[uri] ?? known.has(uri);
}
