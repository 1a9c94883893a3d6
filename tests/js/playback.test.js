// P1 and Q8 as the page computes them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { positionAt, startTimes, upNext } from "../../static/js/playback.js";
import { asMinutes, initials } from "../../static/js/format.js";
import { wire } from "./support.js";

const { playback, snapshot } = wire("welcome");

test("while playing the position is counted back from the end", () => {
  assert.equal(positionAt(playback, playback.server_ms + 2_500), 22_500);
});

test("the position never leaves the song", () => {
  assert.equal(positionAt(playback, playback.ends_at_ms + 9_000), playback.duration_ms);
  assert.equal(positionAt(playback, 0), 0);
});

test("paused it stays where it was", () => {
  const paused = wire("playback_state");

  assert.equal(positionAt(paused, paused.server_ms + 60_000), 25_000);
});

test("queued songs start one after the other, and nobody knows when while paused", () => {
  const starts = startTimes(snapshot.queue, playback);

  assert.deepEqual(starts, [playback.ends_at_ms, playback.ends_at_ms + 180_000]);
  assert.deepEqual(startTimes(snapshot.queue, wire("playback_state")), [null, null]);
});

test("the locked song stands first, whatever its order", () => {
  assert.deepEqual(upNext(snapshot.queue, 13).map((song) => song.song_id), [13, 12]);
});

test("times read as on a record sleeve", () => {
  assert.deepEqual([0, 61_999, 3_600_000].map(asMinutes), ["0:00", "1:01", "1:00:00"]);
});

test("a face without a picture shows initials, in any script", () => {
  assert.deepEqual(["alice", "Carol Ann Lee", "  ", "🐦 bird"].map(initials), ["A", "CL", "?", "🐦B"]);
});
