// Skip and previous mean the song that is seen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSkip } from "../../../static/js/playback/skip.js";

// Somebody who has been told already that these are everyone's.
globalThis.localStorage = { getItem: () => "yes" };

function page(song) {
  const sent = [];
  const send = async (command) => {
    sent.push(command);
    return { changed: true };
  };
  return { sent, skipping: createSkip({ state: () => ({ nest: { song } }) }, send) };
}

test("both name the song that the page shows", async () => {
  const { sent, skipping } = page({ song_id: 11 });

  await skipping.skip(null);
  await skipping.previous(null);

  assert.deepEqual(sent, [{ type: "skip", song_id: 11 }, { type: "previous", song_id: 11 }]);
});

test("where nothing plays, none is named", async () => {
  const { sent, skipping } = page(null);

  await skipping.skip(null);

  assert.deepEqual(sent, [{ type: "skip", song_id: null }]);
});
