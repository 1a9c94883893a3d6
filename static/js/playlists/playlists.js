// Playlists, one's own and what others share: asked for, changed, brought in. All throw Refusals.

import { deleteJson, getJson, patchJson, postForm, postJson } from "../core/api.js";
import { formatCount, formatDuration } from "../core/format.js";

const PLAYLISTS = "/api/playlists";

export async function fetchPlaylists() {
  return (await getJson(PLAYLISTS)).playlists;
}

// {playlist, entries}
export function fetchPlaylist(id, { signal } = {}) {
  return getJson(`${PLAYLISTS}/${id}`, { signal });
}

// more: {uris}, or {nest, of}: its "queue" or "evening".
export async function makePlaylist(name, more = {}) {
  return (await postJson(PLAYLISTS, { name, ...more })).playlist;
}

// change: {name, shared}, or one of them.
export async function changePlaylist(id, change) {
  return (await patchJson(`${PLAYLISTS}/${id}`, change)).playlist;
}

export function deletePlaylist(id) {
  return deleteJson(`${PLAYLISTS}/${id}`);
}

// {playlist, added, already, rejected}
export function addToPlaylist(id, uris) {
  return postJson(`${PLAYLISTS}/${id}/entries`, { uris });
}

// before: an entry's id; null: behind all.
export async function moveEntry(id, entry, before) {
  return (await patchJson(`${PLAYLISTS}/${id}/entries/${entry}`, { before })).playlist;
}

export async function removeEntry(id, entry) {
  return (await deleteJson(`${PLAYLISTS}/${id}/entries/${entry}`)).playlist;
}

// {playlist, missing, next}
export function importPlaylist(file) {
  const form = new FormData();
  form.append("file", file);
  return postForm(`${PLAYLISTS}/import`, form);
}

// {playlist, found, next}; after: the `next` of the answer before.
export function matchMissing(id, after = null) {
  return postJson(`${PLAYLISTS}/${id}/match`, { after });
}

export function isMine({ user }, { you }) {
  return user === you?.id;
}

// What was told of mine since the page came weighs more than what was asked for before.
export function mergeTold(playlists, told = {}) {
  const known = new Map(playlists.map((playlist) => [playlist.id, playlist]));
  for (const [id, playlist] of Object.entries(told)) {
    if (!playlist) known.delete(Number(id));
    else if (!(known.get(playlist.id)?.changed_ms > playlist.changed_ms)) known.set(playlist.id, playlist);
  }
  return [...known.values()];
}

// Mine first; of mine and of theirs what changed last.
export function sortPlaylists(playlists, state) {
  return playlists.toSorted(
    (one, other) => isMine(other, state) - isMine(one, state) || other.changed_ms - one.changed_ms,
  );
}

export function describePlaylist(playlist, state) {
  const { songs, duration_ms: length, shared, user_name: name } = playlist;
  const whose = isMine(playlist, state) ? shared && "shared" : `by ${name}`;
  return [formatCount(songs, "song", "songs"), songs > 0 && formatDuration(length), whose].filter(Boolean).join(" · ");
}
