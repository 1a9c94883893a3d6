// K-10.1: who is in a nest that an operator has slowed is told so, and why, until it ends by itself.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createClock } from "../../../static/js/core/clock.js";
import { mountThrottle } from "../../../static/js/playback/throttle.js";
import { openPage, part, welcomedStore } from "../page.js";
import { wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setInterval", "setTimeout"] }));
afterEach(() => mock.timers.reset());

const TS = wire("welcome").server_ms;
const slowed = { until_ms: TS + 900_000, a_minute: 30, a_minute_each: 15, reason: "Too many songs at once" };

function open(throttle = null) {
  const page = openPage("player/_now_playing.html");
  const store = welcomedStore((welcome) => {
    welcome.snapshot.throttle = throttle;
    return welcome;
  });
  const time = { now: 1_000 };
  const clock = createClock(() => time.now);
  clock.guess(TS);
  const root = page.at("now-playing");
  mountThrottle(root, store, clock);
  let rev = store.state().nest.rev;
  const hear = (change) => store.hear({ ...wire("throttle_changed"), throttle: change, rev: (rev += 1), ts: TS });
  const passes = (ms) => {
    time.now += ms;
    mock.timers.tick(500);
  };
  return { notice: part(root, "throttle"), hear, passes };
}

test("a nest at its own pace says nothing", () => {
  assert.equal(open().notice.hidden, true);
});

test("everybody is told how much there is, why and for how long; then it is over by itself", () => {
  const { notice, hear, passes } = open();

  hear(slowed);
  assert.equal(notice.hidden, false);
  assert.match(part(notice, "sentence").textContent, /30 actions a minute for all of you, 15 each\./u);
  assert.equal(part(notice, "why").textContent, "Too many songs at once");
  assert.equal(part(notice, "ends").textContent, "15:00 left");

  passes(61_000);
  assert.equal(part(notice, "ends").textContent, "13:59 left");
  passes(840_000);
  assert.equal(notice.hidden, true);
});

test("who comes later is told, too, and a press of the operator's ends it", () => {
  const { notice, hear } = open(slowed);
  assert.equal(notice.hidden, false);

  hear(null);

  assert.equal(notice.hidden, true);
});
