// How times and people are written.

import assert from "node:assert/strict";
import { test } from "node:test";

import { formatCount, formatDayAndTime, formatDuration, formatTimeOfDay, hashText, isolateDirection, makeInitials } from "../../../static/js/core/format.js";

const HOUR = 3_600_000;

test("an hour has a colon more", () => {
  assert.deepEqual([0, 59_999, 61_000, HOUR + 61_000].map(formatDuration), ["0:00", "0:59", "1:01", "1:01:01"]);
});

test("this evening is a time, last week has its day", () => {
  const now = Date.UTC(2026, 10, 20, 22);

  assert.equal(formatDayAndTime(now - HOUR, now), formatTimeOfDay(now - HOUR));
  assert.match(formatDayAndTime(now - 170 * HOUR, now), new RegExp(`, ${formatTimeOfDay(now - 170 * HOUR)}$`, "u"));
});

test("initials are of the first and the last name, whatever they are written in", () => {
  assert.deepEqual(["Ada Byron Lovelace", "bob", "  ", "Ünal Öz"].map(makeInitials), ["AL", "B", "?", "ÜÖ"]);
});

test("one is one", () => {
  assert.deepEqual([0, 1, 2].map((count) => formatCount(count, "song", "songs")), ["0 songs", "1 song", "2 songs"]);
});

test("a name keeps its direction to itself", () => {
  assert.equal(isolateDirection("שיר"), "\u2068שיר\u2069");
});

test("a text has the same number everywhere", () => {
  assert.equal(hashText("alice@example.com"), hashText("alice@example.com"));
  assert.notEqual(hashText("alice@example.com"), hashText("bob@example.com"));
  assert.equal(hashText(""), 0x811c9dc5);
});
