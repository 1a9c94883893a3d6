// C2: which second of an AudioContext is heard when, with the way to the loudspeaker in it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createContextClock, median } from "../../../static/js/players/context_clock.js";

const LEAD = 5_000; // The page is so many ms ahead of the context.
const LOOK_MS = 50;

// Looks at a context whose time goes in steps of `quantum` ms, as `tell` describes its output.
function watched(clock, { from = 0, looks = 40, quantum = 20, late = 0, tell = () => ({}) } = {}) {
  for (let look = 0; look < looks; look += 1) {
    const local = LEAD + from + look * LOOK_MS + ((look * 8) % 21);
    const rendered = local - LEAD - late;
    const contextTime = (rendered - (rendered % quantum)) / 1_000;
    clock.learn({ local, contextTime, output: null, outputLatency: undefined, ...tell({ local, contextTime }) });
  }
  return clock;
}

function near(value, wanted, slack) {
  assert.ok(Math.abs(value - wanted) <= slack, `${value} is not ${wanted} ± ${slack}`);
}

test("steps of what is rendered at once go away in the middle of many looks", () => {
  const clock = watched(createContextClock(), { tell: () => ({ outputLatency: 0.03 }) });

  near(clock.localTimeOf(1), LEAD + 1_000 + 30 + 10, 3);
  near(clock.contextTimeAt(clock.localTimeOf(7)), 7, 1e-9);
});

test("where the browser tells no latency, one that was measured stands in", () => {
  const clock = watched(createContextClock(), { tell: () => ({ outputLatency: 0 }) });

  assert.deepEqual(clock.latency(), { ms: 50, source: "untold" });
});

test("output timestamps that run as time does are believed before anything else", () => {
  const tell = ({ local }) => ({
    outputLatency: 0.04,
    output: { contextTime: (local - LEAD - 70) / 1_000, performanceTime: local },
  });

  const clock = watched(createContextClock(), { tell });

  near(clock.localTimeOf(1), LEAD + 1_000 + 70, 1e-6);
  assert.equal(clock.latency().source, "stamped");
});

test("WebKit's output timestamps, which run twice as fast, are not believed", () => {
  const tell = ({ local, contextTime }) => ({ outputLatency: 0, output: { contextTime, performanceTime: local * 2 } });

  assert.equal(watched(createContextClock(), { tell }).latency().source, "untold");
});

test("nor are stamps that are fresh and yet run faster than time", () => {
  const tell = ({ local }) => ({
    output: { contextTime: (local - LEAD - 70) / 1_000, performanceTime: local + (local - LEAD) * 0.1 },
  });

  assert.equal(watched(createContextClock(), { tell }).latency().source, "untold");
});

test("Firefox's, which leave the latency out, are not believed either", () => {
  const tell = ({ local, contextTime }) => ({
    outputLatency: 0.035,
    output: { contextTime: contextTime - 0.035, performanceTime: local - 35 },
  });

  const { ms, source } = watched(createContextClock(), { tell }).latency();

  assert.deepEqual([Math.round(ms), source], [35, "told"]);
});

test("what was told on earlier visits outvotes one bad measurement, and not another device", () => {
  const told = (seconds) => ({ tell: () => ({ outputLatency: seconds }) });
  const history = [36, 35, 38];

  near(watched(createContextClock({ history }), told(0.075)).latency().ms, 37, 0.01);
  near(watched(createContextClock({ history }), told(0.19)).latency().ms, 190, 0.01);
});

test("a context that stood still is learnt anew within half a second", () => {
  const clock = watched(createContextClock(), { looks: 80 });
  const before = clock.localTimeOf(1);

  watched(clock, { from: 4_000, looks: 10, late: 100 });

  near(clock.localTimeOf(1) - before, 100, 8);
});

test("stamps that were believed once hold while new ones cannot be", () => {
  const stamped = ({ local }) => ({ output: { contextTime: (local - LEAD - 70) / 1_000, performanceTime: local } });
  const clock = watched(createContextClock(), { tell: stamped });

  watched(clock, { from: 2_000, looks: 100, tell: () => ({ outputLatency: 0.03 }) });

  near(clock.localTimeOf(1), LEAD + 1_000 + 70, 4);
});

test("a middle is that of two where their number is even", () => {
  assert.equal(median([1, 9, 3]), 3);
  assert.equal(median([1, 2, 4, 300]), 3);
});
