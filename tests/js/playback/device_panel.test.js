// C4, C6 and H3: this device listens after a press, and is as loud as its own slider times the nest's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountDevicePanel } from "../../../static/js/playback/device_panel.js";
import { openPage, part, press, welcomedStore, write } from "../page.js";
import { wire } from "../support.js";

function open({ change, listened = null, mixes = false } = {}) {
  const page = openPage("player/_now_playing.html");
  if (listened) page.kept.set("andre.listen", listened);
  const store = welcomedStore(change);
  store.set({ accounts: [] });
  const done = [];
  let volume = null;
  const player = {
    listen: () => done.push("listen"),
    resume: () => done.push("resume"),
    stop: () => done.push("stop"),
    isListening: () => done.at(-1) === "listen",
    setVolume: (share) => {
      volume = share;
    },
  };
  const airhorns = { sign: () => done.push("sign"), wake() {}, setVolume() {} };
  const speakers = { choose: () => done.push("choose"), open: () => done.push("open") };
  const root = page.at("now-playing");
  const device = mountDevicePanel(root, store, { player, listener: player, airhorns, speakers, mixes });
  return { ...page, store, root, done, device, volume: () => Math.round(volume * 10_000) / 10_000 };
}

test("before a press one button says why", () => {
  const { root, done } = open();

  assert.equal(part(root, "overlay").hidden, false);
  assert.match(part(root, "why").textContent, /^Browsers play sound only after a press/u);
  assert.deepEqual(done, []);
});

test("the press gives a sign and listens, and the next visit begins with it", () => {
  const { root, done, kept } = open();

  press(root, "listen");

  assert.deepEqual(done, ["sign", "listen"]);
  assert.equal(kept.get("andre.listen"), "yes");
  assert.deepEqual(open({ listened: "yes" }).done, ["resume"]);
});

test("pressed again it stops, and stays stopped", () => {
  const { root, done, kept } = open();

  press(root, "listen-toggle");
  press(root, "listen-toggle");

  assert.deepEqual(done, ["listen", "stop"]);
  assert.equal(kept.get("andre.listen"), "no");
});

test("loudness is the square of the slider, times the nest's own", () => {
  const { root, volume, store, kept } = open();

  write(part(root, "volume"), "50");
  assert.equal(volume(), 0.2375); // 0.5² × 95 %
  store.hear({ ...wire("volume_changed"), rev: 18, volume: 80 });

  assert.equal(volume(), 0.2);
  assert.equal(kept.get("andre.volume"), "50");
});

test("mute is this device's alone, and moving the slider ends it", () => {
  const { root, volume } = open();

  press(root, "mute");
  assert.deepEqual([volume(), part(root, "mute").getAttribute("aria-pressed")], [0, "true"]);
  write(part(root, "volume"), "100");

  assert.deepEqual([volume(), part(root, "mute").getAttribute("aria-pressed")], [0.95, "false"]);
});

test("while clicks are to be heard the music is not", () => {
  const { device, volume, root } = open();
  write(part(root, "volume"), "100");

  device.duck(true);
  assert.equal(volume(), 0);
  device.duck(false);

  assert.equal(volume(), 0.95);
});

test("how well it keeps time stands there, and its dot is on", () => {
  const { store, root } = open();

  store.set({ device: { listening: "on", error_ms: 4.2 } });

  assert.equal(part(root, "status").textContent, "In step, 4 ms");
  assert.equal(part(root, "device").classList.contains("is-on"), true);
  assert.equal(part(root, "overlay").hidden, true);
});

test("music of an account is offered on that account, and on another device of it", () => {
  const { store, root, done } = open({
    change: (message) => {
      message.snapshot.song.src = "spotify";
      return message;
    },
  });
  store.set({ accounts: [{ provider: "spotify", title: "Spotify", state: "connected" }] });

  assert.equal(part(root, "why").textContent, "On your Spotify account, in step with everyone.");
  assert.equal(part(root, "elsewhere").hidden, false);
  press(root, "listen");
  press(root, "listen-toggle");

  assert.deepEqual(done, ["sign", "listen", "choose", "open"]);
});

const ELSEWHERE = { here: { device: "laptop", tab: "l" }, accounts: [] };

test("where another device of mine sounds, the cover is free and one button brings it here", () => { // U-3.5
  const { store, root, done } = open();
  store.set(ELSEWHERE);

  assert.equal(part(root, "overlay").hidden, true);
  assert.equal(part(root, "status").textContent, "Sounds on Android (Firefox)");
  assert.equal(part(root, "take-over").hidden, false);

  press(root, "take-over");
  assert.deepEqual(done, ["listen"]);
});

test("which of them sounds is asked only of who has several devices", () => {
  const { store, root } = open();
  store.set(ELSEWHERE);
  assert.equal(part(root, "devices-button").hidden, true);

  store.hear({ ...wire("devices_changed"), rev: store.state().nest.mine.rev + 1 });

  assert.equal(part(root, "devices-button").hidden, false);
});
