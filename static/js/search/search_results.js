// What a search asks the server, and what it says of the answer. A result that is no song opens as
// the songs it stands for, like anything that is pasted.

import { getJson, postJson } from "../core/api.js";
import { formatCount } from "../core/format.js";
import { nameProvider } from "../core/provider_links.js";

const KINDS = {
  track: { name: "Songs", one: "Song" },
  album: { name: "Albums", one: "Album" },
  artist: { name: "Artists", one: "Artist" },
  playlist: { name: "Playlists", one: "Your playlist" },
};

export function readKind({ uri }) {
  return uri.split(":")[1];
}

export function isCollection({ uri, isUnmatched }) {
  return !isUnmatched && readKind({ uri }) in KINDS && readKind({ uri }) !== "track";
}

export function isSong(result) {
  return result !== undefined && !result.isUnmatched && !isCollection(result);
}

// Playlists are looked for where the nest takes their songs and the listener's account is at hand.
export function hasOwnPlaylists({ accounts, nest }) {
  const isTaken = ({ provider }) => document.body.dataset.mixes === "true" || provider === nest?.nest.catalogue;
  const isAtHand = ({ state }) => state === "connected" || state === "ending";
  return (accounts ?? []).some((account) => isTaken(account) && isAtHand(account));
}

export function nameKind(kind) {
  return KINDS[kind].name;
}

export function describeCollection(thing) {
  return [KINDS[readKind(thing)].one, thing.artist].filter(Boolean).join(" · ");
}

export async function searchTracks(words, kind, { signal }) {
  const wanted = new URLSearchParams({ q: words, kind, nest: window.NEST_ID });
  const { results, late } = await getJson(`/api/search?${wanted}`, { signal });
  return { results, note: describeFound(results, late, words, kind) };
}

export async function readPasted(text, { signal }) {
  const { tracks, unread } = await fetchPasted(text, signal);
  const lines = unread.map((line) => ({ ...line, uri: line.text, isUnmatched: true }));
  return { results: [...tracks, ...lines], note: describePasted(tracks, unread) };
}

export async function openCollection(thing, { signal }) {
  const { tracks, unread } = await fetchPasted(thing.uri, signal);
  return { results: tracks, note: unread[0]?.message ?? `${formatCount(tracks.length, "song", "songs")}.` };
}

function fetchPasted(text, signal) {
  return postJson("/api/paste", { text, nest: window.NEST_ID }, { signal });
}

function describeFound(found, late, words, kind) {
  if (late.length) return `${late.map(nameProvider).join(" and ")} did not answer in time.`;
  if (found.length) return "";
  if (kind === "playlist") return `None of your playlists is called “${words}”.`;
  return kind === "track"
    ? `Nothing found for “${words}”. Fewer letters find more.`
    : `No ${KINDS[kind].name.toLowerCase()} found for “${words}”. Fewer letters find more.`;
}

function describePasted(tracks, unread) {
  const strange = unread.length ? ` ${formatCount(unread.length, "line", "lines")} nobody can read.` : "";
  if (tracks.length === 0) return "";
  return `${formatCount(tracks.length, "song", "songs")}. Enter adds ${tracks.length > 1 ? "them all" : "it"}.${strange}`;
}
