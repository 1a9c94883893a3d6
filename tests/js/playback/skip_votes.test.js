// Where a skip is voted on the button says how many want it, of those who are here.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountSkipVotes } from "../../../static/js/playback/skip_votes.js";
import { openPage, part, welcomedStore } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

function open(mode = "vote") {
  const page = openPage("player/_now_playing.html");
  const store = welcomedStore((message) => {
    message.snapshot.nest.skip_mode = mode;
    return message;
  });
  const root = page.at("now-playing");
  mountSkipVotes(root, store);
  const button = root.querySelector("[data-action=skip]");
  const hear = (user, rev) => store.hear({ ...wire("skip_vote_cast"), user, rev });
  return { root, hear, label: () => button.getAttribute("aria-label"), tally: part(root, "skip-tally") };
}

test("the tally counts who is here, and says whether I am in it", () => {
  const { hear, label, tally } = open();
  const before = [label(), tally.hidden];

  hear(ALICE, 18);
  hear("somebody who has left", 19);
  const one = [label(), tally.textContent, tally.hidden];
  hear(BOB, 20);

  assert.match(before[0], /^Vote to skip, 0 of \d$/u);
  assert.equal(before[1], true);
  assert.match(one[0], /^Vote to skip, 1 of \d$/u);
  assert.match(one[1], /^1\/\d$/u);
  assert.match(label(), /^You voted to skip, 2 of \d$/u);
});

test("where one press is enough it is a button for everyone", () => {
  const { hear, label, tally } = open("anyone");

  hear(ALICE, 18);

  assert.deepEqual([label(), tally.hidden], ["Skip", true]);
});
