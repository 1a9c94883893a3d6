// H7a: a wall is the loudspeaker of its room after one press, and goes on by itself the next day.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountWallSound } from "../../../static/js/wall/wall_sound.js";
import { openPage, part, press, welcomedStore } from "../page.js";

function open({ sounds = "room", kept = {} } = {}) {
  const page = openPage("nests/wall.html");
  for (const [name, value] of Object.entries(kept)) page.kept.set(name, value);
  const store = welcomedStore((message) => {
    message.snapshot.nest.sounds = sounds;
    message.snapshot.volume = 40;
    return message;
  });
  store.set({ device: { listening: "off", error_ms: null } });
  const did = [];
  const louder = (name) => ({ setVolume: (share) => did.push([name, share]) });
  const player = { ...louder("player"), listen: () => did.push("listen"), resume: () => did.push("resume"), stop: () => did.push("stop") };
  const airhorns = { ...louder("airhorns"), wake: () => did.push("wake") };
  mountWallSound(page.at("sound"), store, { player, airhorns });
  return { ...page, store, did, root: page.at("sound") };
}

test("one press makes it sound, as loud as the nest is; one more makes it silent", () => {
  const { root, store, did, kept } = open();

  press(root, "sound");
  store.set({ device: { listening: "on", error_ms: 1 } });
  const label = part(root, "sound-label").textContent;
  press(root, "sound");

  assert.deepEqual(did, [["player", 0.4], ["airhorns", 0.4], "wake", "listen", "stop"]);
  assert.equal(label, "Sounds here");
  assert.equal(kept.get("andre.wall_sounds"), "no");
});

test("it goes on by itself where it sounded before", () => {
  assert.ok(open({ kept: { "andre.wall_sounds": "yes" } }).did.includes("resume"));
  assert.ok(!open().did.includes("resume"));
});

test("a silent wall says so only where the nest sounds in the room", () => {
  assert.equal(part(open().root, "unheard").hidden, false);
  assert.equal(part(open({ sounds: "everyone" }).root, "unheard").hidden, true);
});
