// Why a song stands where it stands, as a person would say it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { formatTimeOfDay } from "../../../static/js/core/format.js";
import { explainPlace } from "../../../static/js/queue/queue_explanation.js";

const you = { id: "alice@example.com" };
const people = [
  { id: "bob@example.com", name: "Bob", last_hour_s: 545 },
  { id: "alice@example.com", name: "Alice", last_hour_s: 240 },
];
const song = (more = {}) => ({ user: "alice@example.com", user_name: "Alice", auto: false, vote: 0, ...more });
const asked = (more = {}) => ({
  people,
  ahead: { songs: 3, seconds: 612 },
  startsAt: null,
  isLocked: false,
  you,
  ...more,
});

test("who has heard how much comes first", () => {
  assert.equal(explainPlace(song(), asked())[0], "You have had 4 min of the last hour, Bob 9 min.");
  assert.equal(
    explainPlace(song({ user: "bob@example.com", user_name: "Bob" }), asked())[0],
    "Bob has had 9 min of the last hour, you 4 min.",
  );
  assert.equal(explainPlace(song({ user: "new", user_name: "Charlie" }), asked({ people: [] }))[0], "Charlie has had nothing of the last hour.");
});

test("votes and what waits before it come second", () => {
  assert.equal(explainPlace(song({ vote: 2 }), asked())[1], "Two votes moved it up. 3 songs and 10 min before it.");
  assert.equal(explainPlace(song({ vote: -1 }), asked({ ahead: { songs: 0, seconds: 0 } }))[1], "One vote moved it down. Nothing waits before it.");
});

test("the locked one is certain, and the time is told where it is known", () => {
  const startsAt = new Date(2026, 1, 1, 21, 14).getTime();

  const [, second] = explainPlace(song(), asked({ isLocked: true, startsAt }));

  assert.equal(second, `It is certain to play next, about ${formatTimeOfDay(startsAt)}.`);
});

test("Bender's ideas wait for people", () => {
  assert.match(explainPlace(song({ auto: true }), asked())[0], /Bender's idea/u);
});
