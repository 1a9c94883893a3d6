// P1 and Q8 as the page computes them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { computePosition, computeStartTimes, orderUpNext } from "../../../static/js/playback/timeline.js";
import { formatDuration, makeInitials } from "../../../static/js/core/format.js";
import { wire } from "../support.js";

const { playback, snapshot } = wire("welcome");

test("while playing the position is counted back from the end", () => {
  assert.equal(computePosition(playback, playback.server_ms + 2_500), 22_500);
});

test("the position never leaves the song", () => {
  assert.equal(computePosition(playback, playback.ends_at_ms + 9_000), playback.duration_ms);
  assert.equal(computePosition(playback, 0), 0);
});

test("paused it stays where it was", () => {
  const paused = wire("playback_state");

  assert.equal(computePosition(paused, paused.server_ms + 60_000), 25_000);
});

test("queued songs start one after the other, and nobody knows when while paused", () => {
  const starts = computeStartTimes(snapshot.queue, playback);

  assert.deepEqual(starts, [playback.ends_at_ms, playback.ends_at_ms + 180_000]);
  assert.deepEqual(computeStartTimes(snapshot.queue, wire("playback_state")), [null, null]);
});

test("the locked song stands first, whatever its order", () => {
  assert.deepEqual(orderUpNext(snapshot.queue, 13).map((song) => song.song_id), [13, 12]);
});

test("times read as on a record sleeve", () => {
  assert.deepEqual([0, 61_999, 3_600_000].map(formatDuration), ["0:00", "1:01", "1:00:00"]);
});

test("a face without a picture shows makeInitials, in any script", () => {
  assert.deepEqual(["alice", "Carol Ann Lee", "  ", "🐦 bird"].map(makeInitials), ["A", "CL", "?", "🐦B"]);
});
