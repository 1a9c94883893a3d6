// Why a song stands where it stands, as a person would say it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asTimeOfDay } from "../../static/js/format.js";
import { whyHere } from "../../static/js/why.js";

const you = { email: "alice@example.com" };
const people = [
  { email: "bob@example.com", name: "Bob", last_hour_s: 545 },
  { email: "alice@example.com", name: "Alice", last_hour_s: 240 },
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
  assert.equal(whyHere(song(), asked())[0], "You have had 4 min of the last hour, Bob 9 min.");
  assert.equal(
    whyHere(song({ user: "bob@example.com", user_name: "Bob" }), asked())[0],
    "Bob has had 9 min of the last hour, you 4 min.",
  );
  assert.equal(whyHere(song({ user: "new", user_name: "Charlie" }), asked({ people: [] }))[0], "Charlie has had nothing of the last hour.");
});

test("votes and what waits before it come second", () => {
  assert.equal(whyHere(song({ vote: 2 }), asked())[1], "Two votes moved it up. 3 songs and 10 min before it.");
  assert.equal(whyHere(song({ vote: -1 }), asked({ ahead: { songs: 0, seconds: 0 } }))[1], "One vote moved it down. Nothing waits before it.");
});

test("the locked one is certain, and the time is told where it is known", () => {
  const startsAt = new Date(2026, 1, 1, 21, 14).getTime();

  const [, second] = whyHere(song(), asked({ isLocked: true, startsAt }));

  assert.equal(second, `It is certain to play next, about ${asTimeOfDay(startsAt)}.`);
});

test("Bender's ideas wait for people", () => {
  assert.match(whyHere(song({ auto: true }), asked())[0], /Bender's idea/u);
});
