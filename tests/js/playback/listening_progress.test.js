// S-8.1 and S-8.5: a long recording is gone on with where this listener left it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountListeningProgress } from "../../../static/js/playback/listening_progress.js";
import { openPage, part, press, settle, stubNest, stubServer, welcomedStore } from "../page.js";
import { wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => mock.timers.reset());

const NOW = wire("welcome").server_ms;
const HOURS_2 = 7_200_000;
const LONG = { position_ms: 10_000, duration_ms: HOURS_2, is_playing: true, ends_at_ms: NOW + HOURS_2 - 10_000 };

async function open({ progress = null, duration = HOURS_2, listening = "on" } = {}) {
  const page = openPage("player/_now_playing.html");
  stubServer({ "/api/nests/X7K2P/progress": { progress } });
  const told = [];
  const nest = stubNest();
  const store = welcomedStore((message) => {
    message.snapshot.song.duration_ms = duration;
    Object.assign(message.playback, LONG);
    Object.assign(message.snapshot.playback, LONG);
    return message;
  });
  store.set({ device: { listening, error_ms: 1 } });
  const root = page.at("now-playing");
  const time = { now: NOW };
  mountListeningProgress(root, store, { send: nest.send, tell: (command) => told.push(command), clock: { now: () => time.now } });
  await settle();
  return { root, store, nest, told, time };
}

const row = (position, completed = false) => ({ position_ms: position, duration_ms: HOURS_2, completed });

test("who was further is offered to go on there, and one press takes everybody", async () => {
  const { root, nest } = await open({ progress: row(754_000) });

  assert.equal(part(root, "resume").hidden, false);
  assert.equal(part(root, "resume-label").textContent, "Go on at 12:34");
  press(root, "resume");
  nest.answer({});
  await settle();

  assert.deepEqual(nest.sent, [{ type: "seek", position_ms: 754_000 }]);
  assert.equal(part(root, "resume").hidden, true);
});

test("nothing is offered for what was completed, hardly begun, or is no long recording", async () => {
  for (const opened of [{ progress: row(754_000, true) }, { progress: row(40_000) }, { progress: row(754_000), duration: 180_000 }]) {
    const { root } = await open(opened);

    assert.equal(part(root, "resume").hidden, true);
  }
});

test("while it is heard here, where it is is told every half minute, and when it pauses", async () => {
  const { store, told, time } = await open();

  time.now += 30_000;
  mock.timers.tick(30_000);
  store.hear({ ...wire("playback_state"), rev: 18, version: 99, is_playing: false });

  assert.deepEqual(told.map(({ event, position_ms: position }) => [event, position]), [["timeupdate", 40_000], ["pause", 40_000]]);
});

test("a page that does not sound tells nothing", async () => {
  const { told } = await open({ listening: "off" });

  mock.timers.tick(90_000);

  assert.deepEqual(told, []);
});
