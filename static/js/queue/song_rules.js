// Why a nest would not take a song: what its host leaves out, and what has to rest. The server decides;
// this says so before anybody presses.

import { formatTimeOfDay } from "../core/format.js";
import { computePosition } from "../playback/timeline.js";
import { findRepeatTime } from "./repeats.js";

const MINUTE_MS = 60_000;

// Where a track stands that plays or waits already; "" for any other.
export function describeQueuePlace(uri, { song, queue, proposals }) {
  if (song?.trackid === uri) return "Plays now";
  if (proposals.some(({ trackid }) => trackid === uri)) return "Waits for approval";
  const at = queue.findIndex(({ trackid }) => trackid === uri);
  if (at < 0) return "";
  return at === 0 ? "Up next" : `Place ${at + 1}`;
}

// What keeps the song out, whatever has been played: one sentence, or "".
export function describeUnwelcome(song, { explicit, max_song_minutes: longest, blocked }) {
  if (song.explicit && !explicit) return "Explicit, not played here";
  if (longest && song.duration_ms > longest * MINUTE_MS) return `Over ${longest} min, not played here`;
  const named = (blocked ?? []).find((text) => isNamed(text, song));
  return named ? `“${named}” is not played here` : "";
}

// When the song is welcome again, in ms, and what rests until then; null where it is welcome now.
export function findRest(song, state, now = Date.now()) {
  const repeat = findRepeatTime(song.uri, state, now);
  if (repeat !== null) return { welcomeAt: repeat, words: "Just played" };
  const artist = findArtistTime(song, state, now);
  return artist !== null ? { welcomeAt: artist, words: "This artist rests" } : null;
}

export function describeRest({ words, welcomeAt }, mayInsist) {
  return mayInsist ? `${words}. Play it anyway` : `${words}, again from ${formatTimeOfDay(welcomeAt)}`;
}

export function isWelcome(song, state) {
  return describeUnwelcome(song, state.nest.nest) === "" && findRest(song, state) === null;
}

// What is remembered after one more event: `nest` is as it was before it.
export function recordHeard(artistsHeard, event, nest) {
  const isOurs = event.type === "song_finished" && nest.song?.song_id === event.song_id;
  return isOurs ? { ...artistsHeard, [foldName(nest.song.artist)]: event.ts } : artistsHeard;
}

// As the search of the server compares names: without case, accents and signs.
export function foldName(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}|['’‘`´]/gu, "").toLowerCase().replace(/(^|\s)[&+](?=\s|$)/gu, "$1and");
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(" ") || text.trim().toLowerCase();
}

function isNamed(text, { uri, title, artist }) {
  const wanted = ` ${foldName(text)} `;
  return text === uri || [title, artist].some((name) => ` ${foldName(name)} `.includes(wanted));
}

function findArtistTime({ artist }, state, now) {
  const gap = (state.nest.nest.artist_gap_minutes ?? 0) * MINUTE_MS;
  if (gap === 0) return null;
  const heard = findLastHeard(foldName(artist), state, now);
  return heard + gap > now ? heard + gap : null;
}

// When a song of theirs ends that waits or plays, or ended last.
function findLastHeard(artist, { nest, artistsHeard }, now) {
  const { song, queue, playback } = nest;
  let ends = song ? now + playback.duration_ms - computePosition(playback, now) : now;
  let last = song && foldName(song.artist) === artist ? ends : (artistsHeard[artist] ?? -Infinity);
  for (const waiting of queue) {
    ends += waiting.duration_ms;
    if (foldName(waiting.artist) === artist) last = ends;
  }
  return last;
}
