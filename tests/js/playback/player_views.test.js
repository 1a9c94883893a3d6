// P3, I3 and I14: what plays, where it is, and the buttons that move it for everyone.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createClock } from "../../../static/js/core/clock.js";
import { mountAnnouncer } from "../../../static/js/playback/announcer.js";
import { mountMiniPlayer } from "../../../static/js/playback/mini_player.js";
import { mountNestVolume } from "../../../static/js/playback/nest_volume.js";
import { mountNowPlaying } from "../../../static/js/playback/now_playing.js";
import { mountTransport } from "../../../static/js/playback/transport.js";
import { PageEvent, parseHtml } from "../dom_stub.js";
import { openPage, part, press, stubNest, welcomedStore, write } from "../page.js";
import { wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setInterval", "setTimeout"] }));
afterEach(() => mock.timers.reset());

function open(mount, change) {
  const page = openPage("player/_now_playing.html", "player/_mini_player.html");
  const store = welcomedStore(change);
  const nest = stubNest();
  const time = { now: 1_000 };
  const clock = createClock(() => time.now);
  clock.guess(wire("welcome").server_ms);
  mount({ ...page, root: page.at("now-playing"), store, nest, clock });
  return { ...page, store, nest, time, root: page.at("now-playing") };
}

const transport = (change) => open(({ root, store, nest, clock }) => mountTransport(root, store, nest.send, clock), change);
const shows = (root, name) => part(root, name).textContent;
const share = (root) => Number(part(root, "done").style.getPropertyValue("scale").split(" ")[0]);

test("the song's place runs on the nest's clock", () => {
  const { root, time } = transport();
  assert.equal(shows(root, "elapsed"), "0:20");

  time.now += 40_000;
  mock.timers.tick(250);

  assert.equal(shows(root, "elapsed"), "1:00");
  assert.equal(shows(root, "length"), "3:00");
  assert.equal(share(root).toFixed(3), (1 / 3).toFixed(3));
});

test("pausing shows at once, and is taken back if the nest refuses", async () => {
  const { root, nest, at } = transport();

  press(root, "toggle");
  assert.equal(part(root, "toggle").getAttribute("aria-label"), "Play");
  assert.equal(nest.sent[0].type, "pause");
  await nest.refuse("forbidden", "Only the DJ may.");

  assert.equal(part(root, "toggle").getAttribute("aria-label"), "Pause");
  assert.equal(at("refusal").textContent, "Only the DJ may.");
});

test("the first press that moves everyone says so, and only the first", async () => {
  const { root, nest, at, kept } = transport();

  press(root, "skip");
  await nest.answer({ changed: true });
  assert.match(at("refusal").textContent, /^Skipped for everyone/u);
  at("refusal").textContent = "";
  press(root, "skip");
  await nest.answer({ changed: true });

  assert.equal(at("refusal").textContent, "");
  assert.equal(kept.get("andre.knows_everyone"), "yes");
});

test("a skip that came too late says so", async () => {
  const { root, nest, at } = transport();

  press(root, "skip");
  await nest.answer({ changed: false });

  assert.equal(at("refusal").textContent, "That song is over already.");
});

test("while it is dragged the place stays where the hand is, and is sent on release", async () => {
  const { root, nest, time } = transport();
  const slider = part(root, "slider");

  write(slider, "90000");
  time.now += 5_000;
  mock.timers.tick(250);
  assert.equal(shows(root, "elapsed"), "1:30");
  assert.equal(share(root), 0.5);
  slider.dispatchEvent(new PageEvent("change"));

  assert.deepEqual(nest.sent, [{ type: "seek", position_ms: 90_000 }]);
});

test("with nothing playing there is nothing to drag", () => {
  const { root } = transport((message) => {
    message.snapshot.song = null;
    return message;
  });

  assert.equal(part(root, "slider").disabled, true);
});

const nowPlaying = (change) => open(({ root, store }) => mountNowPlaying(root, store), change);

test("title, artist and who added it", () => {
  const { root } = nowPlaying();

  assert.deepEqual([shows(root, "title"), shows(root, "artist"), shows(root, "adder-name")], ["Blue", "The Harbours", "Alice"]);
});

test("a song of mine is mine", () => {
  const { root, store } = nowPlaying();

  store.hear({ ...wire("song_started"), rev: 18, song: { ...store.state().nest.queue[0], song_id: 12 }, moved: [] });

  assert.deepEqual([shows(root, "title"), shows(root, "adder-name")], ["Green", "you"]);
});

test("when the last song is over it stays, paler, until another begins", () => {
  const { root, store } = nowPlaying();
  store.hear({ ...wire("song_finished"), rev: 18, song_id: 11 });

  store.hear({ ...wire("nest_fell_silent"), rev: 19 });

  assert.equal(shows(root, "title"), "Blue");
  assert.equal(root.classList.contains("is-silent"), true);
});

test("a song from elsewhere has a way to its page there", () => {
  const { root } = nowPlaying((message) => {
    Object.assign(message.snapshot.song, { src: "spotify", trackid: "spotify:track:7" });
    return message;
  });

  assert.equal(part(root, "source").href, "https://open.spotify.com/track/7");
  assert.equal(shows(root, "source"), "Spotify");
});

test("nothing playing says so", () => {
  const { root } = nowPlaying((message) => {
    message.snapshot.song = null;
    return message;
  });

  assert.equal(shows(root, "title"), "Nothing playing");
  assert.equal(part(root, "adder").hidden, true);
});

test("a screen reader is told which song began, once", () => {
  const page = open(() => {});
  page.document.body.append(...parseHtml('<p id="announcer"></p>'));
  mountAnnouncer(page.at("announcer"), page.store);
  const song = { ...page.store.state().nest.queue[0], song_id: 12 };

  page.store.hear({ ...wire("song_started"), rev: 18, song, moved: [] });
  page.store.hear({ ...wire("volume_changed"), rev: 19 });

  assert.equal(page.at("announcer").textContent, "Now playing: Green by The Harbours");
});

test("the small player comes when the big one has been scrolled past", () => {
  let scroll = () => {};
  const { at, store, nest } = open((page) => {
    page.document.defaultView = null;
    globalThis.window.IntersectionObserver = class {
      constructor(callback) {
        scroll = (top) => callback([{ isIntersecting: top >= 0, boundingClientRect: { top } }]);
      }

      observe() {}
    };
    mountMiniPlayer(page.at("mini-player"), page.store, page.nest.send);
  });
  assert.equal(at("mini-player").hidden, true);

  scroll(-10);
  assert.equal(part(at("mini-player"), "title").textContent, "Blue");
  press(at("mini-player"), "skip");
  assert.deepEqual(nest.sent, [{ type: "skip", song_id: 11 }]);
  scroll(10);

  assert.equal(at("mini-player").hidden, true);
  assert.equal(store.state().nest.song.title, "Blue");
});

test("the nest's volume is everyone's, and goes back where it is refused", async () => {
  const { at, nest } = open(({ at: find, store, nest: { send } }) => mountNestVolume(find("nest-volume"), store, send));
  const [root, slider] = [at("nest-volume"), part(at("nest-volume"), "slider")];

  write(slider, "40");
  assert.equal(shows(root, "volume"), "40");
  slider.dispatchEvent(new PageEvent("change"));
  await nest.refuse("forbidden");

  assert.deepEqual(nest.sent, [{ type: "set_volume", volume: 40 }]);
  assert.equal(shows(root, "volume"), "95");
});
