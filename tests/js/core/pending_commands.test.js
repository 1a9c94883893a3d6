// R10: a command is delivered over a connection that comes back, answered once, or failed.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { PendingCommands } from "../../../static/js/core/pending_commands.js";

let known, pending, socket;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  known = 17;
  pending = new PendingCommands((rev) => rev <= known);
  socket = { sent: [], send: (frame) => socket.sent.push(JSON.parse(frame)) };
});

afterEach(() => mock.timers.reset());

test("each command goes out under an id of its own", () => {
  const [one, other] = [pending.add({ type: "pause" }), pending.add({ type: "pause" })];
  pending.deliver(one.id, socket);
  pending.deliver(other.id, socket);

  assert.deepEqual(socket.sent.map(({ type }) => type), ["pause", "pause"]);
  assert.match(one.id, /^[0-9a-f]{32}$/u);
  assert.notEqual(one.id, other.id);
});

test("what broke the connection twice is not sent a third time", () => {
  pending.add({ type: "pause" });

  pending.deliverAll(socket);
  pending.deliverAll(socket);
  pending.deliverAll(socket);

  assert.equal(socket.sent.length, 2);
});

test("an answer that is ahead of its event waits for that", async () => {
  const { id, answer } = pending.add({ type: "pause" });
  let isThere = false;
  answer.then(() => {
    isThere = true;
  });

  pending.resolve({ id, rev: 18 });
  await Promise.resolve();
  assert.equal(isThere, false);
  pending.release(18);
  await Promise.resolve();

  assert.equal(isThere, true);
});

test("an answer to what is known already waits for nothing", async () => {
  const { id, answer } = pending.add({ type: "pause" });

  pending.resolve({ id, rev: 17 });

  assert.deepEqual(await answer, { id, rev: 17 });
});

test("a refusal carries its code and its sentence", async () => {
  const { id, answer } = pending.add({ type: "pause" });

  pending.reject({ id, error: "rate_limited", message: "Too fast.", retry_after_s: 3 });

  await assert.rejects(answer, { name: "Error", error: "rate_limited", message: "Too fast.", retry_after_s: 3 });
});

test("without an answer it fails after ten seconds, and a late one is nobody's", async () => {
  const { id, answer } = pending.add({ type: "pause" });
  const failed = assert.rejects(answer, { error: "offline" });

  mock.timers.tick(10_000);
  await failed;

  pending.resolve({ id, rev: 17 });
});

test("when the connection has ended for good nothing is waited for", async () => {
  const done = pending.add({ type: "pause" });
  const open = pending.add({ type: "play" });
  const failed = assert.rejects(open.answer, { error: "ended" });
  pending.resolve({ id: done.id, rev: 99 });

  pending.abandon();

  await failed;
  assert.equal((await done.answer).rev, 99);
});
