// What a search asks the server, and what it says of the answer. A result that is no song opens as
// the songs it stands for, like anything that is pasted.

import { ask, post } from "./api.js";
import { counted } from "./format.js";
import { titleOf } from "./sources.js";

const KINDS = {
  track: { name: "Songs", one: "Song" },
  album: { name: "Albums", one: "Album" },
  artist: { name: "Artists", one: "Artist" },
  playlist: { name: "Playlists", one: "Your playlist" },
};

export function kindOf({ uri }) {
  return uri.split(":")[1];
}

export function isThing({ uri, isStrange }) {
  return !isStrange && kindOf({ uri }) in KINDS && kindOf({ uri }) !== "track";
}

export function isSong(result) {
  return result !== undefined && !result.isStrange && !isThing(result);
}

// Playlists are looked for where the nest takes their songs and the listener's account is at hand.
export function hasOwn({ accounts, nest }) {
  const isTaken = ({ provider }) => document.body.dataset.mixes === "true" || provider === nest?.nest.catalogue;
  const isAtHand = ({ state }) => state === "connected" || state === "ending";
  return (accounts ?? []).some((account) => isTaken(account) && isAtHand(account));
}

export function nameOf(kind) {
  return KINDS[kind].name;
}

export function describe(thing) {
  return [KINDS[kindOf(thing)].one, thing.artist].filter(Boolean).join(" · ");
}

export async function find(words, kind, { signal }) {
  const wanted = new URLSearchParams({ q: words, kind, nest: window.NEST_ID });
  const { results, late } = await ask(`/api/search?${wanted}`, { signal });
  return { results, note: noteOf(results, late, words, kind) };
}

export async function read(text, { signal }) {
  const { tracks, unread } = await pasted(text, signal);
  const lines = unread.map((line) => ({ ...line, uri: line.text, isStrange: true }));
  return { results: [...tracks, ...lines], note: understood(tracks, unread) };
}

export async function open(thing, { signal }) {
  const { tracks, unread } = await pasted(thing.uri, signal);
  return { results: tracks, note: unread[0]?.message ?? `${counted(tracks.length, "song", "songs")}.` };
}

function pasted(text, signal) {
  return post("/api/paste", { text, nest: window.NEST_ID }, { signal });
}

function noteOf(found, late, words, kind) {
  if (late.length) return `${late.map(titleOf).join(" and ")} did not answer in time.`;
  if (found.length) return "";
  if (kind === "playlist") return `None of your playlists is called “${words}”.`;
  return kind === "track"
    ? `Nothing found for “${words}”. Fewer letters find more.`
    : `No ${KINDS[kind].name.toLowerCase()} found for “${words}”. Fewer letters find more.`;
}

function understood(tracks, unread) {
  const strange = unread.length ? ` ${counted(unread.length, "line", "lines")} nobody can read.` : "";
  if (tracks.length === 0) return "";
  return `${counted(tracks.length, "song", "songs")}. Enter adds ${tracks.length > 1 ? "them all" : "it"}.${strange}`;
}
