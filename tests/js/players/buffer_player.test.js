// C2 C3 on buffers: each piece begins at its very sample, seams are not heard, and corrections are
// rates of a thousandth or one cut.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BufferPlayer } from "../../../static/js/players/buffer_player.js";

const LEAD_MS = 1_000; // The page is so many ms ahead of what is heard of the context.
const RENDERED_AHEAD_S = 0.05;
const PIECE_MS = 5_000;
const OVERLAP_MS = 100;
const LOOK_MS = 50;

test("the first piece begins where the timeline is when it is heard", async () => {
  const { reel, sources, positionOf } = await playing({ at: 12_345 });

  const [first] = sources;

  assert.ok(Math.abs(first.sounds - positionOf(first.at)) < 1e-6);
  assert.equal(reel.isSounding(), true);
});

test("the trim lets it sound earlier by as much", async () => {
  const { sources, positionOf } = await playing({ at: 12_345, trim: 80 });

  assert.ok(Math.abs(sources[0].sounds - positionOf(sources[0].at) - 80) < 1e-6);
});

test("the next piece goes on where the one before is, and that one fades out meanwhile", async () => {
  const stage = await playing({ at: 0 });

  await stage.looks(200);

  const [one, other] = stage.sources;
  assert.ok(stage.sources.length >= 2);
  assert.ok(Math.abs(other.sounds - (one.sounds + (other.at - one.at) * 1_000)) < 1e-6);
  assert.ok(other.at < one.until && one.stops > other.at && one.stops < one.until);
});

test("a song that comes next begins at 0 on its moment", async () => {
  const stage = await loaded();
  stage.reel.rewind();
  await settled();

  await stage.reel.startWhen(() => 700);

  assert.deepEqual(stage.sources[0].sounds, 0);
  assert.ok(Math.abs(stage.heardLocal(stage.sources[0].at) - (stage.time.now + 700)) < 1e-6);
});

test("five milliseconds behind are made good by a thousandth of rate, and then it is 1 again", async () => {
  const stage = await playing({ at: 0 });
  await stage.looks(60);

  stage.shift(5);
  await stage.looks(40);
  assert.equal(stage.rate(), 1.001);

  await stage.looks(200);
  assert.equal(stage.rate(), 1);
  assert.ok(Math.abs(stage.error()) < 1);
});

test("thirty milliseconds are one cut, at once, and nothing is done twice", async () => {
  const stage = await playing({ at: 0 });
  await stage.looks(60);

  stage.shift(30);
  await stage.looks(60);

  const sounding = stage.sources.filter(({ at, stops }) => !(stops < at)); // Others were booked, and called off.
  const leaps = sounding.slice(1).map((other, each) => leap(sounding[each], other));
  assert.deepEqual(leaps.filter((ms) => Math.abs(ms) > 1e-6).map(Math.round), [30]);
  assert.ok(Math.abs(stage.error()) < 1e-6);
});

test("a seek to where nothing is decoded wants a new start", async () => {
  const stage = await playing({ at: 0 });
  await stage.looks(60);

  stage.shift(90_000);

  assert.equal(await stage.looks(30), true);
});

test("who stops is silent at once", async () => {
  const stage = await playing({ at: 0 });

  stage.reel.stop();

  assert.equal(stage.reel.isSounding(), false);
  assert.ok(stage.sources.every(({ stops }) => stops !== undefined));
});

// From one source to the next, how much of the song is left out.
function leap(one, other) {
  return other.sounds - one.sounds - (other.at - one.at) * 1_000;
}

async function playing({ at, trim = 0 }) {
  const stage = await loaded(trim);
  stage.shift(at);
  await stage.reel.start(stage.expected);
  return stage;
}

async function loaded(trim = 0) {
  const time = { now: 10_000 };
  const sources = [];
  let offset = -time.now;
  const expected = () => time.now + offset;
  const speaker = speakerAt(time, sources);
  const reel = new BufferPlayer({
    speaker,
    clock: { now: () => time.now, local: () => time.now },
    trim: () => trim,
    open: () => ({ bytes: { close() {} }, opening: Promise.resolve(recording()) }),
  });
  await reel.load(async () => "/a");
  reel.setLoudness(1);
  const heardLocal = speaker.localTimeOf;
  return {
    reel,
    time,
    sources,
    expected,
    heardLocal,
    positionOf: (context) => heardLocal(context) + offset,
    shift: (ms) => {
      offset += ms;
    },
    // Whether one of so many looks wanted a new start.
    looks: async (count) => {
      let wantsStart = false;
      for (let look = 0; look < count; look += 1) {
        time.now += LOOK_MS;
        wantsStart = reel.follow(expected) || wantsStart;
        await settled();
      }
      return wantsStart;
    },
    rate: () => sources.at(-1).playbackRate.value,
    error: () => reel.measurePosition() - expected(),
  };
}

function settled() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

// Three minutes in pieces, all of them decoded at once.
function recording() {
  const pieces = (from) => {
    let begins = Math.floor(from / PIECE_MS) * PIECE_MS;
    return {
      next: async () => {
        if (begins >= 180_000) return null;
        const piece = { buffer: { begins }, beginsMs: begins, endsMs: begins + PIECE_MS, isLast: false };
        begins += PIECE_MS - OVERLAP_MS;
        return piece;
      },
    };
  };
  return { kind: "pieces", from: pieces, lengthMs: () => 180_000, kbits: 0 };
}

// What is asked of the loudspeaker, remembering what is started when.
function speakerAt(time, sources) {
  const now = () => (time.now - LEAD_MS) / 1_000 + RENDERED_AHEAD_S;
  const param = () => {
    const all = {
      value: 1,
      setValueAtTime: (value) => {
        all.value = value;
      },
      linearRampToValueAtTime() {},
      setTargetAtTime() {},
      cancelScheduledValues() {},
    };
    return all;
  };
  const gain = () => ({ gain: param(), connect: (next) => next });
  const source = () => {
    const all = {
      playbackRate: param(),
      connect: (next) => next,
      disconnect() {},
      start: (at, offset) => {
        Object.assign(all, { at, sounds: all.buffer.begins + offset * 1_000, until: at + PIECE_MS / 1_000 - offset });
        sources.push(all);
      },
      stop: (at = now()) => {
        all.stops = at;
      },
    };
    return all;
  };
  const context = { createGain: gain, createBufferSource: source, destination: {}, currentTime: 0 };
  return {
    context: () => context,
    now,
    isRunning: () => true,
    contextTimeAt: (local) => (local - LEAD_MS) / 1_000,
    localTimeOf: (contextTime) => contextTime * 1_000 + LEAD_MS,
  };
}
