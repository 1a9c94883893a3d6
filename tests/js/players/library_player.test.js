// C2 to C5: this device plays what the nest plays, says when it is silent, and has the next song ready.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { openPage, settle } from "../page.js";
import { FakeAudio, changePlayback, fakeClock, playingStore } from "./fakes.js";

openPage(); // What the module reads when it is loaded.
const { StreamQuality } = await import("../../../static/js/players/stream_quality.js");
const { LibraryPlayer } = await import("../../../static/js/players/library_player.js");

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
afterEach(() => mock.timers.reset());

function open({ fetchMedia = null, isSubstitute, isOffered = false, ...what } = {}) {
  openPage();
  const quality = new StreamQuality({ isOffered, connection: {} });
  const clock = fakeClock();
  const store = playingStore(clock, what);
  const elements = [new FakeAudio(), new FakeAudio()];
  const reports = [];
  const fetched = [];
  const player = new LibraryPlayer({
    store,
    clock,
    fetchMedia: async (song, wished) => {
      fetched.push(song.trackid);
      return fetchMedia ? fetchMedia(song, wished) : { url: `/media/${song.song_id}`, expires_at_ms: clock.now() + 90_000 };
    },
    elements,
    speaker: null,
    trim: () => 0,
    quality,
    report: (song, refusal, position) => reports.push([song.song_id, refusal.error, position]),
    isSubstitute,
  });
  // Lets so many ms pass, as a browser would: looks, timers, and the elements' own time.
  const passes = async (ms) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.tick(50);
      for (const audio of elements) if (!audio.paused) audio.currentTime += 0.05;
      mock.timers.tick(50);
      await settle();
    }
  };
  return { clock, store, elements, reports, fetched, player, quality, passes, device: () => store.state().device };
}

test("a press lets it play, from where the nest is", async () => {
  const { player, elements: [audio], passes, device } = open();

  player.listen();
  await passes(1_000);

  assert.equal(audio.paused, false);
  assert.equal(audio.src, "/media/1");
  assert.ok(Math.abs(player.position() - 11_000) < 150, String(player.position()));
  assert.equal(player.songId(), 1);
  assert.equal(device().silent, false);
});

test("stopped it is silent, and forgets nothing of the nest", async () => {
  const { player, elements: [audio], passes, device } = open();
  player.listen();
  await passes(1_000);

  player.stop();

  assert.equal(audio.paused, true);
  assert.equal(player.position(), null);
  assert.equal(device().listening, "off");
});

test("it pauses with the nest, and goes on with it", async () => {
  const { player, store, clock, elements: [audio], passes } = open();
  player.listen();
  await passes(1_000);

  changePlayback(store, { is_playing: false, position_ms: 11_000 });
  await passes(100);
  assert.equal(audio.paused, true);
  changePlayback(store, { is_playing: true, ends_at_ms: clock.now() + 49_000 });
  await passes(1_000);

  assert.equal(audio.paused, false);
  assert.ok(Math.abs(player.position() - 12_000) < 200, String(player.position()));
});

test("somebody seeks, and it is there within a second", async () => {
  const { player, store, clock, passes } = open();
  player.listen();
  await passes(1_000);

  changePlayback(store, { ends_at_ms: clock.now() + 20_000 });
  await passes(1_000);

  assert.ok(Math.abs(player.position() - 41_000) < 200, String(player.position()));
});

test("the browser wants a press, and the page says that nobody listens", async () => {
  const { player, elements: [audio], passes, device } = open();
  audio.refusal = new DOMException("Not allowed.", "NotAllowedError");

  player.resume();
  await passes(1_000);

  assert.equal(device().listening, "off");
  assert.equal(player.isListening(), false);
});

test("a recording that cannot be decoded is reported once it is met, and tried again later", async () => {
  const { Refusal } = await import("../../../static/js/core/refusal.js");
  const refusal = new Refusal({ error: "unplayable", message: "This device cannot play this recording." });
  const { player, reports, fetched, passes, device } = open({ fetchMedia: () => Promise.reject(refusal) });

  player.listen();
  await passes(500);
  assert.deepEqual(reports.map(([id, error]) => [id, error]), [[1, "unplayable"]]);
  assert.equal(device().trouble, "This device cannot play this recording.");
  assert.equal(fetched.length, 1);
  await passes(3_500);

  assert.equal(fetched.length, 2);
});

test("without sound for two seconds it says so, until there is some", async () => {
  let arrive = () => {};
  const arriving = new Promise((resolve) => {
    arrive = () => resolve({ url: "/media/1", expires_at_ms: Infinity });
  });
  const { player, passes, device } = open({ fetchMedia: () => arriving });

  player.listen();
  await passes(1_500);
  assert.equal(Boolean(device().silent), false);
  await passes(1_500);
  assert.deepEqual([device().silent, device().error_ms], [true, null]);
  arrive();
  await passes(1_000);

  assert.equal(device().silent, false);
});

test("the next song is loaded twenty seconds before, and starts on its moment by itself", async () => {
  const next = { song_id: 2, trackid: "library:track:2", title: "Green" };
  const { player, elements: [, second], passes, fetched } = open({ at: 38_000, queue: [next] });
  player.listen();
  await passes(1_000);
  assert.deepEqual(fetched, ["library:track:1"]);

  await passes(2_000);
  assert.deepEqual(fetched, ["library:track:1", "library:track:2"]);
  assert.equal(second.paused, true);
  await passes(19_200);

  assert.equal(second.paused, false);
});

test("when the nest has gone on, the song that sounds already is the current one", async () => {
  const next = { song_id: 2, trackid: "library:track:2", title: "Green" };
  const { player, store, clock, elements: [first, second], passes, fetched } = open({ at: 55_000, queue: [next] });
  player.listen();
  await passes(5_100);
  const { nest } = store.state();
  const playback = { ...nest.playback, version: 2, ends_at_ms: clock.now() + 59_900 };

  store.set({ nest: { ...nest, song: nest.queue[0], queue: [], playback } });
  await passes(500);

  assert.equal(first.paused, true);
  assert.equal(second.paused, false);
  assert.equal(player.songId(), 2);
  assert.equal(fetched.length, 2);
});

test("a song of another catalogue is left to its own player", async () => {
  const { player, elements, passes, fetched } = open({ song: { src: "youtube", trackid: "youtube:video:1" } });

  player.listen();
  await passes(500);

  assert.deepEqual(fetched, []);
  assert.ok(elements.every(({ paused }) => paused));
});

for (const src of ["subsonic", "jellyfin"]) {
  test(`a song of a music server (${src}) is played as one of the library is`, async () => {
    const { player, passes, fetched, device } = open({ song: { src, trackid: `${src}:track:1` } });

    player.listen();
    await passes(1_000);

    assert.equal(fetched.length, 1); // V5 V12
    assert.equal(device().instead, false);
  });
}

test("the library's own recording takes its place where it may, and is not asked for twice where there is none", async () => {
  const { Refusal } = await import("../../../static/js/core/refusal.js");
  const missing = new Refusal({ error: "track_not_found", message: "Not in the library." });
  const song = { src: "spotify", trackid: "spotify:track:1" };
  const there = open({ song, isSubstitute: () => true });
  there.player.listen();
  await there.passes(1_000);
  assert.equal(there.device().instead, true);

  const { player, fetched, reports, passes, device } = open({ song, isSubstitute: () => true, fetchMedia: () => Promise.reject(missing) });
  player.listen();
  await passes(10_000);

  assert.equal(fetched.length, 1);
  assert.deepEqual(reports, []);
  assert.equal(device().instead, false);
});

test("when the connection has ended for good nothing sounds any more", async () => {
  const { player, store, elements: [audio], passes } = open();
  player.listen();
  await passes(1_000);

  store.set({ connection: { status: "ended", code: 4010 } });
  await passes(100);

  assert.equal(audio.paused, true);
  assert.equal(player.isListening(), false);
});

test("a song louder than the others is turned down", async () => {
  const { player, elements: [audio], passes } = open({ song: { gain_db: -6 } });
  player.setVolume(1);

  player.listen();
  await passes(500);

  assert.ok(Math.abs(audio.volume - 0.501) < 0.001, String(audio.volume));
});

// H26
test("another encoding that is chosen meanwhile takes over once it is there, and not before", async () => {
  let isMade = false;
  const fetchMedia = async (song, wished) => {
    const given = isMade ? wished : "original";
    return { url: `/media/${song.song_id}/${given}`, expires_at_ms: Infinity, quality: given };
  };
  const { player, quality, elements: [audio], passes } = open({ fetchMedia, isOffered: true });
  player.listen();
  await passes(1_000);

  quality.choose("saver");
  await passes(1_000);
  const before = [audio.src, audio.paused, audio.loads];
  isMade = true;
  quality.choose("high");
  await passes(1_000);

  assert.deepEqual(before, ["/media/1/original", false, 2]); // A press loads it, too.
  assert.equal(audio.src, "/media/1/high");
  assert.equal(audio.paused, false);
  assert.ok(Math.abs(player.position() - 13_000) < 150, String(player.position()));
});
