// U-3.4 to U-3.6: of all the devices and tabs of one listener, one sounds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ActiveSpeaker } from "../../../static/js/players/active_speaker.js";
import { settle, stubNest, welcomedStore } from "../page.js";
import { wire } from "../support.js";

const HERE = { device: "laptop", tab: "l" };
const PHONE = { device: "q3Vn8sKc2LwT0aXe", tab: "p" };
const CLAIM = { type: "choose_speaker", device: "laptop", tab: "l", if_free: true };
const CHOICE = { type: "choose_speaker", device: "laptop", tab: "l" };

function open(speaker = null) {
  const store = welcomedStore((message) => {
    message.snapshot.mine.speaker = speaker;
    return message;
  });
  store.set({ here: HERE });
  const done = [];
  const player = {
    listen: () => done.push("listen"),
    resume: () => done.push("resume"),
    stop: () => done.push("stop"),
    isListening: () => ["listen", "resume"].includes(done.at(-1)),
  };
  const nest = stubNest();
  let registered = 0;
  const register = async () => void (registered += 1);
  const listener = new ActiveSpeaker({ store, player, send: nest.send, register });
  const hear = (chosen) => store.hear({ ...wire("speaker_changed"), rev: store.state().nest.mine.rev + 1, speaker: chosen });
  const answer = (more) => nest.answer({ own_rev: store.state().nest.mine.rev + 1, is_chosen: true, ...more });
  return { store, done, nest, listener, hear, answer, registered: () => registered };
}

test("a press makes this page the speaker, and the one before is silent", async () => {
  const { done, nest, listener, hear, answer } = open(PHONE);

  listener.listen();
  await settle();
  await answer();
  hear(HERE);

  assert.deepEqual(nest.sent, [CHOICE]);
  assert.deepEqual(done, ["listen"]);

  hear(PHONE);
  assert.deepEqual(done, ["listen", "stop"]);
});

test("what is still told of the one before does not silence the one that was pressed", async () => {
  const { done, listener, store, answer } = open(PHONE);

  listener.listen();
  store.set({ connection: { status: "open" } });
  await settle();
  await answer();
  store.set({ connection: { status: "open" } });

  assert.deepEqual(done, ["listen"]);
});

test("a page that sounded at the last visit asks, and leaves another device alone", async () => {
  const { done, nest, listener } = open(PHONE);

  listener.resume();
  await settle();

  assert.deepEqual(done, ["resume", "stop"]);
  assert.deepEqual(nest.sent, []);
});

test("where nothing sounds it takes its turn, once", async () => {
  const { nest, listener, store } = open();

  listener.resume();
  store.set({ connection: { status: "open" } });
  await settle();
  await nest.answer({ own_rev: 0, is_chosen: false });
  store.set({ connection: { status: "open" } });
  await settle();

  assert.deepEqual(nest.sent, [CLAIM]);
});

test("the tab that is left takes over from the one that was closed", async () => {
  const { done, nest, listener, hear } = open({ device: "laptop", tab: "other" });
  listener.resume();

  hear({ device: "laptop", tab: null });
  await settle();

  assert.deepEqual(nest.sent, [CLAIM]);
  assert.deepEqual(done, ["resume", "stop", "resume"]);
});

test("it takes over from a device that is gone", async () => {
  const { nest, listener, store } = open({ device: "kitchen", tab: "k" });
  const told = wire("devices_changed");
  const rev = () => store.state().nest.mine.rev + 1;
  store.hear({ ...told, rev: rev(), devices: told.devices.map((each) => ({ ...each, is_connected: true })) });
  listener.resume();
  await settle();
  assert.deepEqual(nest.sent, []);

  store.hear({ ...told, rev: rev() });
  await settle();

  assert.deepEqual(nest.sent, [CLAIM]);
});

test("where it was stopped on the other device it does not begin by itself", async () => {
  const { done, nest, listener, hear } = open(PHONE);
  listener.resume();

  hear(null);
  await settle();

  assert.deepEqual(nest.sent, []);
  assert.deepEqual(done, ["resume", "stop"]);
});

test("stopped here, nobody is the speaker", async () => {
  const { nest, done, listener } = open(HERE);
  listener.resume();

  listener.stop();
  await settle();

  assert.deepEqual(nest.sent, [{ type: "choose_speaker", device: null }]);
  assert.deepEqual(done, ["resume", "stop"]);
});

test("a nest that has begun anew knows no speaker, and is told again", async () => {
  const { store, done, nest, listener, answer } = open(PHONE);
  listener.listen();
  await settle();
  await answer();

  const anew = wire("welcome");
  anew.snapshot.mine = { rev: 0, preferences: null, devices: null, speaker: null };
  store.welcome({ ...anew, epoch: "e2" });
  await settle();

  assert.deepEqual(nest.sent, [CHOICE, CLAIM]);
  assert.deepEqual(done, ["listen"]);
});

test("where several may sound together nobody silences anybody", async () => {
  const { done, listener, store, hear } = open(HERE);
  store.set({ preferences: { speakers_together: true } });
  store.set({ nest: { ...store.state().nest, mine: { ...store.state().nest.mine, preferences: null } } });
  listener.resume();

  hear(PHONE);

  assert.deepEqual(done, ["resume"]);
});

test("a device that was forgotten is made known again", async () => {
  const { nest, listener, registered, answer } = open();

  listener.listen();
  await settle();
  await nest.refuse("device_not_found");
  await answer();

  assert.equal(registered(), 2);
  assert.deepEqual(nest.sent, [CHOICE, CHOICE]);
});

test("bytes are asked for once it is decided", async () => {
  const { listener, answer } = open(PHONE);
  const decided = [];

  listener.listen();
  listener.settled().then(() => decided.push("settled"));
  await settle();
  assert.deepEqual(decided, []);
  await answer();

  assert.deepEqual(decided, ["settled"]);
});
