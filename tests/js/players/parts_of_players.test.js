// What players are made of: how long silence lasts, an element on its timeline, an address that expires.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { updateDevice } from "../../../static/js/players/device_state.js";
import { MediaAddress } from "../../../static/js/players/media_address.js";
import { SilenceWatch } from "../../../static/js/players/silence_watch.js";
import { openPage, settle, welcomedStore } from "../page.js";
import { FakeAudio, fakeClock } from "./fakes.js";

openPage();
const { ElementPlayer } = await import("../../../static/js/players/element_player.js");

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("silence is one after two seconds, and worth a try after six, then ever less often", () => {
  let now = 0;
  const watch = new SilenceWatch(() => now);
  const lookAt = (ms) => {
    now = ms;
    return Object.values(watch.look());
  };

  assert.deepEqual(lookAt(0), [false, false]);
  assert.deepEqual(lookAt(2_100), [true, false]);
  assert.deepEqual(lookAt(6_100), [true, true]);
  watch.postpone();
  assert.deepEqual(lookAt(12_000), [true, false]);
  assert.deepEqual(lookAt(12_200), [true, true]);
  watch.reset();

  assert.deepEqual(lookAt(20_000), [false, false]);
});

test("an address is fetched once for a song, and anew shortly before it expires", async () => {
  const clock = fakeClock();
  let fetches = 0;
  const address = new MediaAddress(async () => ({ url: `/${++fetches}`, expires_at_ms: clock.now() + 90_000 }), clock);
  address.use({ song_id: 1 });

  assert.deepEqual([await address.get(), await address.get()], ["/1", "/1"]);
  clock.tick(76_000);
  assert.equal(await address.get(), "/2");
  address.use({ song_id: 2 });

  assert.equal(await address.get(), "/3");
});

test("an address that comes too late is not the next song's", async () => {
  const clock = fakeClock();
  const address = new MediaAddress(async (song) => ({ url: `/${song.song_id}`, expires_at_ms: clock.now() + 90_000 }), clock);
  address.use({ song_id: 1 });
  const late = address.get();

  address.use({ song_id: 2 });

  assert.equal(await late, "/1");
  assert.equal(await address.get(), "/2");
});

test("views hear of this device only what has changed", () => {
  const store = welcomedStore();
  let heard = -1;
  store.subscribe(() => (heard += 1));

  updateDevice(store, { listening: "on" });
  updateDevice(store, { listening: "on" });

  assert.equal(heard, 1);
  assert.equal(store.state().device.error_ms, null);
});

function element() {
  openPage();
  const audio = new FakeAudio();
  const clock = fakeClock();
  const player = new ElementPlayer(audio, { clock, trim: () => 0 });
  player.load("/media/1");
  const start = clock.local();
  const expected = () => 10_000 + clock.local() - start;
  const passes = async (ms, drift = 0) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.tick(10);
      if (!audio.paused) audio.currentTime += 0.01 * audio.playbackRate + drift / 1_000;
      mock.timers.tick(10);
      await settle();
    }
  };
  return { audio, clock, player, expected, passes };
}

test("an element is sent a little ahead, and begins when the time has come", async () => {
  const { audio, player, expected, passes } = element();

  const started = player.start(expected);
  await passes(200);
  assert.deepEqual([audio.paused, audio.currentTime], [true, 10.35]);
  await passes(300);
  await started;

  assert.equal(audio.paused, false);
  assert.equal(player.isSounding(), true);
});

test("a start that another one overtook does nothing", async () => {
  const { audio, player, expected, passes } = element();
  const overtaken = player.start(expected);

  player.stop();
  await passes(1_000);
  await overtaken;

  assert.equal(audio.paused, true);
});

test("an element that stands still makes no sound, whatever it says", async () => {
  const { audio, clock, player, expected, passes } = element();
  player.start(expected);
  await passes(500);
  assert.equal(player.isSounding(), true);

  clock.tick(1_600);

  assert.deepEqual([audio.paused, player.isSounding()], [false, false]);
});

test("a recording that breaks off before its song is over, and stays so", async () => {
  const { audio, player, expected, passes } = element();
  player.start(expected);
  await passes(600);
  player.follow(expected);

  audio.ended = true;

  assert.equal(player.isOver(audio.currentTime * 1_000 + 1), true);
  assert.equal(player.isOver(5_000), false);
});

test("an element that fails while one waits for it says why", async () => {
  const { audio, player, expected } = element();
  audio.readyState = 0;
  const failed = assert.rejects(player.start(expected), { error: "unplayable" });

  audio.fails(3);

  await failed;
});

test("no volume is mute, for phones that leave the volume to their keys", () => {
  const { audio, player } = element();

  player.setLoudness(0);
  assert.deepEqual([audio.volume, audio.muted], [0, true]);
  player.setLoudness(1.4);

  assert.deepEqual([audio.volume, audio.muted], [1, false]);
});

test("all of it is here when one range reaches from the beginning to the end", () => {
  const { audio, player } = element();
  audio.buffered = { length: 1, start: () => 0, end: () => 59.95 };
  assert.equal(player.isWhole(), true);

  audio.buffered = { length: 1, start: () => 0, end: () => 20 };

  assert.equal(player.isWhole(), false);
});
