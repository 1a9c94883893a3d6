// M4: a video on the nest's clock, its frame that speaks by messages, and a player of one's own.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { SpotifyPlayer } from "../../../static/js/players/spotify_player.js";
import { VideoFrame } from "../../../static/js/players/video_frame.js";
import { YouTubePlayer } from "../../../static/js/players/youtube_player.js";
import { PageEvent, StubElement } from "../dom_stub.js";
import { openPage, settle, stubServer, welcomedStore } from "../page.js";
import { changePlayback, fakeClock, playingStore } from "./fakes.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
afterEach(() => mock.timers.reset());

const VIDEO = { src: "youtube", trackid: "youtube:video:abc" };

async function play(answer = { url: "https://www.youtube.example/embed/abc" }, song = VIDEO) {
  openPage();
  const asked = stubServer({ "/api/embed": answer });
  const clock = fakeClock();
  const store = playingStore(clock, { song });
  const told = [];
  const device = [];
  const state = { position: 10_000, isPlaying: false, isOpen: false };
  const video = {
    open: async () => {
      state.isOpen = true;
    },
    close: () => {
      state.isOpen = false;
    },
    command: (...words) => told.push(words),
    isPlaying: () => state.isPlaying,
    position: () => state.position,
  };
  const place = new StubElement("div", { hidden: "" });
  const player = new YouTubePlayer({ store, clock, place, update: (patch) => device.push(patch), video });
  player.listen();
  await settle();
  return { asked, clock, store, told, device, state, place, player };
}

test("a video is opened where the nest is, in a frame that is seen", async () => {
  const { asked, place, state, told } = await play();

  assert.match(asked[0].path, /uri=youtube%3Avideo%3Aabc&start_ms=10000$/u);
  assert.deepEqual([place.hidden, state.isOpen], [false, true]);
  assert.deepEqual(told, [["setVolume", 100]]);
});

test("it is started, and told where to be when it is far off, but not more than every five seconds", async () => {
  const { player, state, told, clock } = await play();
  told.length = 0;
  clock.tick(6_000);

  player.look();
  assert.deepEqual(told, [["playVideo"], ["seekTo", 16, true]]);
  state.isPlaying = true;
  told.length = 0;
  clock.tick(1_000);
  player.look();

  assert.deepEqual(told, []);
});

test("near enough it is left alone, and how near is told", async () => {
  const { player, state, device } = await play();
  Object.assign(state, { isPlaying: true, position: 10_120 });

  player.look();

  assert.deepEqual(device.at(-1), { listening: "on", error_ms: 120, trouble: null });
  assert.deepEqual([player.position(), player.songId(), player.errorMs()], [10_120, 1, 120]);
});

test("it rests with the nest", async () => {
  const { player, store, state, told } = await play();
  state.isPlaying = true;

  changePlayback(store, { is_playing: false, position_ms: 10_000 });
  player.look();

  assert.deepEqual(told.at(-1), ["pauseVideo"]);
});

test("a video that may not be played here says so once, and is not asked for again", async () => {
  const { device, asked, player, clock } = await play({ url: null });
  assert.equal(device.at(-1).trouble, "This video cannot be played here.");

  player.look();
  assert.equal(asked.length, 1);
  clock.tick(5_000);
  player.look();

  assert.equal(asked.length, 1);
});

test("a server that refuses is asked again after a while", async () => {
  const { device, asked, player, clock } = await play([503, { error: "unavailable", message: "Not now." }]);
  assert.equal(device.at(-1).trouble, "Not now.");

  clock.tick(5_000);
  player.look();
  await settle();

  assert.equal(asked.length, 2);
});

test("another catalogue's song closes the frame", async () => {
  const { player, store, place, state } = await play();

  store.set({ nest: { ...store.state().nest, song: { ...store.state().nest.song, src: "library" } } });
  player.look();

  assert.deepEqual([place.hidden, state.isOpen, player.songId()], [true, false, null]);
});

function frame(onTrouble) {
  const { document } = openPage();
  const place = new StubElement("div");
  document.body.append(place);
  const video = new VideoFrame(place, onTrouble);
  const opening = video.open("https://www.youtube.example/embed/abc");
  const [element] = place.children;
  const posted = [];
  element.contentWindow = { postMessage: (text, origin) => posted.push([JSON.parse(text), origin]) };
  element.dispatchEvent(new PageEvent("load"));
  const says = (data, more = {}) =>
    globalThis.window.dispatchEvent(new PageEvent("message", {
      source: element.contentWindow,
      origin: "https://www.youtube.example",
      data: typeof data === "string" ? data : JSON.stringify(data),
      ...more,
    }));
  return { video, opening, posted, says };
}

test("the frame is greeted until it answers, and only then is it open", async () => {
  const { opening, posted, says } = frame();
  let isOpen = false;
  opening.then(() => {
    isOpen = true;
  });

  mock.timers.tick(500);
  assert.deepEqual(posted.map(([message]) => message.event), ["listening", "listening"]);
  assert.equal(posted[0][1], "https://www.youtube.example");
  says({ info: { playerState: 1, currentTime: 12, duration: 61.5 } });
  mock.timers.tick(250);
  await settle();

  assert.equal(isOpen, true);
});

test("what it tells of itself is believed, from its own window and origin alone", () => {
  const { video, says } = frame();

  says({ info: { duration: 1 } }, { origin: "https://evil.example" });
  says({ info: { duration: 2 } }, { source: {} });
  says("no JSON at all");
  says({ info: null });
  says({ info: { playerState: 1, currentTime: 12, duration: 61.5 } });

  assert.equal(video.lengthMs(), 61_500);
  assert.equal(video.isPlaying(), true);
  assert.ok(video.position() >= 12_000);
});

test("a video that fails says so", () => {
  const troubles = [];
  const { says } = frame((code) => troubles.push(code));

  says({ event: "onError", info: 150 });

  assert.deepEqual(troubles, [150]);
});

function ownPlayer(answers, kept = {}) {
  const page = openPage();
  Object.entries(kept).forEach(([name, value]) => page.kept.set(name, value));
  const handlers = {};
  globalThis.window.Spotify = {
    Player: class {
      addListener(name, handle) {
        handlers[name] = handle;
      }

      activateElement() {}

      connect() {
        handlers.ready({ device_id: "d1" });
      }

      disconnect() {}

      setVolume(share) {
        handlers.volume = share;
      }
    },
  };
  const asked = stubServer(answers);
  const store = welcomedStore();
  const player = new SpotifyPlayer({ provider: "spotify", sdkUrl: "/sdk.js", nest: "X7K2P", store });
  return { ...page, asked, store, player, handlers };
}

const FOLLOWING = { following: true, device_id: "d1", device: "Andre, in this browser", state: "playing" };

test("this page becomes a device of the account, and the server is told to play there", async () => {
  const { player, asked, store, kept } = ownPlayer({ "/api/spotify/transfer": FOLLOWING });

  await player.follow();

  assert.deepEqual(asked[0].body, { device_id: "d1", nest: "X7K2P" });
  assert.deepEqual([player.hereId(), kept.get("andre.own_device"), player.isFollowing()], ["d1", "d1", true]);
  assert.equal(store.state().own.provider, "spotify");
});

test("whoever followed here before goes on doing so", async () => {
  const answers = { "/api/spotify/status": FOLLOWING, "/api/spotify/transfer": FOLLOWING };
  const { player, asked } = ownPlayer(answers, { "andre.own_device": "d1" });

  await player.comeBack();

  assert.deepEqual(asked.map(({ method }) => method), ["GET", "POST"]);
});

test("a transfer that is refused says why", async () => {
  const answers = { "/api/spotify/status": FOLLOWING, "/api/spotify/transfer": [409, { error: "no_device", message: "No device." }] };
  const { player, store } = ownPlayer(answers, { "andre.own_device": "d1" });

  await player.comeBack();

  assert.equal(store.state().own.refused, "No device.");
});

test("an account that may not play is a refusal, too", async () => {
  const { player, handlers } = ownPlayer({});
  globalThis.window.Spotify.Player.prototype.connect = () => handlers.account_error({ message: "Premium only." });

  await assert.rejects(player.follow(), { error: "unavailable", message: "Premium only." });
});

test("whoever leaves is followed nowhere", async () => {
  const { player, asked } = ownPlayer({ "/api/spotify/transfer": { following: false } });

  await player.leave();

  assert.deepEqual(asked[0].body, { device_id: null, nest: "X7K2P" });
  assert.equal(player.isFollowing(), false);
});
