// Why a nest would not take a song, said before anybody presses.

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeUnwelcome, findRest, foldName, isWelcome, recordHeard } from "../../../static/js/queue/song_rules.js";
import { changeRest } from "../../../static/js/queue/repeats.js";
import { welcomedStore } from "../page.js";

const MINUTE_MS = 60_000;
const song = (more = {}) => ({ uri: "library:track:5", title: "Last Christmas", artist: "Wham!", duration_ms: 5 * MINUTE_MS, ...more });
const rules = (more = {}) => ({ explicit: true, max_song_minutes: null, blocked: null, ...more });
const setTo = (more, heard = {}) =>
  welcomedStore((message) => {
    Object.assign(message.snapshot.nest, more);
    return { ...message, artists_heard: heard };
  }).state();

test("a nest without rules takes everything", () => {
  assert.equal(describeUnwelcome(song({ explicit: true }), rules()), "");
});

test("what a host leaves out is named", () => {
  assert.equal(describeUnwelcome(song({ explicit: true }), rules({ explicit: false })), "Explicit, not played here");
  assert.equal(describeUnwelcome(song(), rules({ max_song_minutes: 4 })), "Over 4 min, not played here");
  assert.equal(describeUnwelcome(song(), rules({ max_song_minutes: 5 })), "");
  assert.equal(describeUnwelcome(song(), rules({ blocked: ["easter", "CHRISTMÁS"] })), "“CHRISTMÁS” is not played here");
  assert.equal(describeUnwelcome(song(), rules({ blocked: ["mas"] })), "");
  assert.equal(describeUnwelcome(song(), rules({ blocked: ["library:track:5"] })), "“library:track:5” is not played here");
});

test("names are compared as the search of the server does", () => {
  const names = { "Beyoncé: Don't!": "beyonce dont", "Simon & Garfunkel": "simon and garfunkel", "AC/DC": "ac dc", "!!!": "!!!" };

  for (const [name, folded] of Object.entries(names)) assert.equal(foldName(name), folded);
});

test("an artist rests from the end of what plays or waits", () => {
  const state = setTo({ artist_gap_minutes: 30 });
  const now = state.nest.playback.ends_at_ms - 10_000;
  const [, last] = state.nest.queue;

  const rest = findRest(song({ artist: last.artist }), state, now);

  const ends = now + 10_000 + state.nest.queue[0].duration_ms + last.duration_ms;
  assert.deepEqual(rest, { welcomeAt: ends + 30 * MINUTE_MS, words: "This artist rests" });
});

test("an artist rests from when they were heard, and no longer", () => {
  const state = setTo({ artist_gap_minutes: 30 }, { wham: 1_000 });

  assert.equal(findRest(song(), state, 30 * MINUTE_MS + 999).welcomeAt, 30 * MINUTE_MS + 1_000);
  assert.equal(findRest(song(), state, 30 * MINUTE_MS + 1_000), null);
});

test("where the nest does not say so no artist rests", () => {
  const state = setTo({ artist_gap_minutes: null }, { wham: Date.now() });

  assert.equal(findRest(song(), state), null);
  assert.ok(isWelcome(song(), state));
});

test("who has just been heard is remembered", () => {
  const { nest } = setTo({});
  const event = { type: "song_finished", song_id: nest.song.song_id, ts: 7 };

  assert.deepEqual(recordHeard({}, event, nest), { "the harbours": 7 });
  assert.deepEqual(recordHeard({}, { ...event, song_id: 99 }, nest), {});
});

test("another time to rest moves what is known, and a small library's stays what it can bear", () => {
  const known = { noRepeatMs: 30 * MINUTE_MS, playedRecently: { a: 40 * MINUTE_MS } };
  const small = { noRepeatMs: 5 * MINUTE_MS, playedRecently: { a: 40 * MINUTE_MS } };

  assert.deepEqual(changeRest(known, 30, 60), { noRepeatMs: 60 * MINUTE_MS, playedRecently: { a: 70 * MINUTE_MS } });
  assert.deepEqual(changeRest(known, 30, 0), { noRepeatMs: 0, playedRecently: { a: 10 * MINUTE_MS } });
  assert.deepEqual(changeRest(small, 30, 60), small);
  assert.deepEqual(changeRest(known, 30, 30), known);
});
