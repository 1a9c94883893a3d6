// C4 of one loudspeaker: what it asks its browser, and never asks Firefox on Linux.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSpeaker } from "../../../static/js/players/speaker.js";

const FIREFOX_ON_LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const FIREFOX_ELSEWHERE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROMIUM_ON_LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";

test("Firefox on Linux, which freezes when it is asked how late it sounds, is not asked", (t) => {
  const { speaker, asked } = awake(t, FIREFOX_ON_LINUX);

  assert.deepEqual(asked, []);
  assert.deepEqual(speaker.latency(), { ms: 35, source: "untold" });
});

for (const agent of [FIREFOX_ELSEWHERE, CHROMIUM_ON_LINUX]) {
  test(`others are: ${agent}`, (t) => {
    const { speaker, asked } = awake(t, agent);

    assert.deepEqual(new Set(asked), new Set(["outputLatency", "getOutputTimestamp"]));
    assert.equal(Math.round(speaker.latency().ms), 20);
  });
}

// A loudspeaker half a second after it was woken, and what was asked of its context.
function awake(t, agent) {
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  giveGlobals(t);
  const asked = [];
  let now = 0;
  const context = {
    state: "running",
    get currentTime() {
      return now / 1_000;
    },
    get outputLatency() {
      asked.push("outputLatency");
      return 0.02;
    },
    getOutputTimestamp() {
      asked.push("getOutputTimestamp");
      return { contextTime: 0, performanceTime: 0 };
    },
  };
  const speaker = createSpeaker({ local: () => now, make: () => context, agent });
  speaker.wake();
  for (; now < 500; now += 50) t.mock.timers.tick(50);
  return { speaker, asked };
}

// What a page has and Node does not: something to play with, and a place to keep what was told.
function giveGlobals(t) {
  const globals = {
    Audio: class {
      play = async () => {};
    },
    localStorage: { getItem: () => null, setItem: () => {} },
    navigator: {},
  };
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
}
