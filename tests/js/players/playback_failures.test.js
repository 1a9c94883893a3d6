// T6: why a device cannot play a recording, and how often it says so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createFailureReports, findFailureReason, makePlaybackRefusal } from "../../../static/js/players/playback_failures.js";
import { wire } from "../support.js";

const BLUE = { song_id: 11, src: "library" };
const element = (code) => ({ error: { code }, src: "/media/tracks/1" });
const answers = (ok) => async () => ({ ok });

test("a broken line and a broken recording are told apart by the element itself", async () => {
  assert.equal(await findFailureReason(element(2), answers(true)), "unreachable");
  assert.equal(await findFailureReason(element(3), answers(false)), "undecodable");
});

test("where it only says not supported, the address is asked", async () => {
  const isOffline = async () => {
    throw new TypeError("Failed to fetch");
  };

  assert.equal(await findFailureReason(element(4), answers(true)), "undecodable");
  assert.equal(await findFailureReason(element(4), answers(false)), "unreachable");
  assert.equal(await findFailureReason(element(4), isOffline), "unreachable");
});

test("each reason has its own sentence", () => {
  assert.equal(makePlaybackRefusal("undecodable").message, "This device cannot play this recording.");
  assert.equal(makePlaybackRefusal("unreachable").message, "The recording cannot be reached right now.");
});

function reporter() {
  const time = { now: 0 };
  const told = [];
  const report = createFailureReports((command) => told.push(command), () => time.now);
  return { time, told, report };
}

test("the nest is told once, and again while it goes on", () => {
  const { time, told, report } = reporter();
  report(BLUE, makePlaybackRefusal("ended_early"), 12_000);
  report(BLUE, makePlaybackRefusal("ended_early"), 12_050);
  const atFirst = [...told];

  time.now = 5_000;
  report(BLUE, makePlaybackRefusal("ended_early"), 17_000);

  const { type, ...fields } = wire("report_playback_failure");
  assert.deepEqual(atFirst, [{ type, ...fields }]);
  assert.equal(told.length, 2);
});

test("another song is told of at once", () => {
  const { told, report } = reporter();

  report(BLUE, makePlaybackRefusal("undecodable"), 0);
  report({ ...BLUE, song_id: 12 }, makePlaybackRefusal("undecodable"), 0);

  assert.deepEqual(told.map((command) => command.song_id), [11, 12]);
});

for (const src of ["subsonic", "jellyfin"]) {
  test(`a song of a music server (${src}) that cannot be reached is told of, as one of the library is`, () => {
    const { told, report } = reporter();

    report({ ...BLUE, src }, makePlaybackRefusal("unreachable"), 0); // V9 V12

    assert.deepEqual(told.map(({ reason }) => reason), ["unreachable"]);
  });
}

test("a press that is missing, and what stands in for a song from elsewhere, are no failures", () => {
  const { told, report } = reporter();

  report(BLUE, { error: "gesture_needed" }, 0);
  report({ ...BLUE, src: "spotify" }, makePlaybackRefusal("undecodable"), 0);

  assert.deepEqual(told, []);
});
