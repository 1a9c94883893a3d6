// Which playlists "Nest settings" offers Bender to begin from.

import { test } from "node:test";
import assert from "node:assert/strict";

import { listOptions } from "../../../static/js/settings/playlist_choice.js";

const ALICE = "a11ce";
const HERS = { id: 1, name: "Late trains", user: ALICE, shared: false, changed_ms: 2 };
const HERS_SHARED = { ...HERS, id: 2, name: "Boats", shared: true, changed_ms: 1 };
const HIS = { id: 3, name: "Bob's own", user: "b0b", shared: true, changed_ms: 3 };

function names(you, chosen) {
  const state = { you: { id: you }, nest: { nest: { creator_id: ALICE } } };
  return listOptions([HERS, HERS_SHARED, HIS], state, chosen).map(({ name }) => name);
}

test("who built the nest takes any of theirs, mine first, and what is shared", () => {
  assert.deepEqual(names(ALICE, null), ["Late trains", "Boats", "Bob's own"]);
});

test("anybody else is offered what is shared, and sees that another one is chosen", () => {
  assert.deepEqual(names("b0b", 1), ["Bob's own", "Boats", "A playlist that is not shared with you"]);
  assert.deepEqual(names("b0b", 2), ["Bob's own", "Boats"]);
});
