// R6, R7, R10 and I13: coming back, answering heartbeats, commands that wait and fail.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { castVote } from "../../../static/js/core/commands.js";
import { FINAL_CODES, NestSocket, computeBackoff } from "../../../static/js/core/socket.js";
import { createStore } from "../../../static/js/core/store.js";
import { wire } from "../support.js";

const OPEN = 1;
let store, sockets, connection;

class Line {
  constructor(url) {
    this.url = new URL(url);
    this.readyState = OPEN;
    this.sent = [];
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  breaks(code) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.location = { href: "https://andre.example/nest/X7K2P" };
  store = createStore();
  sockets = [];
  const open = (url) => {
    sockets.push(new Line(url));
    return sockets.at(-1);
  };
  connection = new NestSocket({ path: "/socket/X7K2P", store, open });
});

afterEach(() => mock.timers.reset());

test("the first connection asks for everything, over wss on an https page", () => {
  assert.equal(sockets[0].url.href, "wss://andre.example/socket/X7K2P");
});

test("who comes back says what it holds", () => {
  sockets[0].says(wire("welcome"));

  sockets[0].breaks(1006);
  mock.timers.tick(500);

  assert.equal(sockets[1].url.search, "?since=17&own_since=3&epoch=e1");
});

test("a slow reader that was dropped comes back at once", () => {
  sockets[0].says(wire("welcome"));

  sockets[0].breaks(4013);
  mock.timers.tick(0);

  assert.equal(sockets[1].url.searchParams.get("since"), "17");
});

for (const code of FINAL_CODES) {
  test(`${code} is final and not tried again`, () => {
    sockets[0].breaks(code);

    mock.timers.tick(60_000);

    assert.equal(sockets.length, 1);
    assert.deepEqual(store.state().connection, { status: "ended", code });
  });
}

test("waiting doubles from half a second to fifteen, with full jitter", () => {
  const waits = [];
  for (let gone = 0; waits.length < 8; gone += waits.at(-1)) waits.push(computeBackoff(gone, () => 1));

  assert.deepEqual(waits, [500, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  assert.equal(computeBackoff(60_000, () => 0), 0);
});

test("a server that is away for two seconds is back within four, whatever chance says", () => {
  for (const luck of [0.02, 0.1, 0.5, 0.99]) {
    let gone = 0;
    while (gone < 2_000) gone += Math.max(10, computeBackoff(gone, () => luck));

    assert.ok(gone <= 4_000);
  }
});

test("a heartbeat is answered with the revision applied", () => {
  sockets[0].says(wire("welcome"));

  sockets[0].says(wire("heartbeat"));

  assert.deepEqual(sockets[0].sent, [{ type: "beat", rev: 17 }]);
});

test("a heartbeat of another epoch, or of a nest behind the page, asks for a snapshot", () => {
  for (const news of [{ epoch: "e2" }, { rev: 16 }]) {
    sockets.at(-1).says(wire("welcome"));

    sockets.at(-1).says({ ...wire("heartbeat"), ...news });

    assert.equal(sockets.at(-1).url.search, "");
  }
  assert.equal(sockets.length, 3);
});

test("a gap makes the page come back for what it missed", () => {
  sockets[0].says(wire("welcome"));

  sockets[0].says({ ...wire("next_locked"), rev: 20 });

  assert.equal(sockets[1].url.searchParams.get("since"), "17");
});

test("a silent line is given up after forty seconds", () => {
  sockets[0].says(wire("welcome"));

  mock.timers.tick(40_000);
  mock.timers.tick(500);

  assert.equal(sockets.length, 2);
});

test("an answer settles its command and no other", async () => {
  sockets[0].says(wire("welcome"));
  const accepted = connection.send(castVote(13, 1));
  const turnedDown = connection.send(castVote(12, 1));
  const [first, second] = sockets[0].sent;

  sockets[0].says({ ...wire("refused"), id: second.id });
  sockets[0].says({ ...wire("done"), id: first.id });
  sockets[0].says(wire("vote_cast"));

  assert.equal((await accepted).rev, 18);
  await assert.rejects(turnedDown, { error: "own_vote" });
});

for (const [how, news] of [
  ["the event of it is heard", () => wire("vote_cast")],
  ["a welcome holds it, of whichever epoch", () => ({ ...wire("welcome"), epoch: "e2" })],
]) {
  test(`what is done counts as done when ${how}: nothing flickers`, async () => {
    sockets[0].says(wire("welcome"));
    let isDone = false;
    const vote = connection.send(castVote(13, 1)).then(() => {
      isDone = true;
    });

    sockets[0].says({ ...wire("done"), id: sockets[0].sent[0].id });
    sockets[0].says({ ...wire("timeline_beacon") });
    await Promise.resolve();
    assert.equal(isDone, false);

    sockets[0].says(news());
    await vote;
    assert.equal(isDone, true);
  });
}

test("a command given without a connection goes out with the next one, under the same id", () => {
  sockets[0].says(wire("welcome"));
  sockets[0].breaks(1006);
  connection.send(castVote(13, 1)).catch(() => {});

  mock.timers.tick(500);
  sockets[1].says(wire("welcome"));

  assert.deepEqual(sockets[0].sent, []);
  assert.equal(sockets[1].sent[0].type, "cast_vote");
});

test("a command that breaks the line twice is not sent a third time", () => {
  sockets[0].says(wire("welcome"));
  connection.send(castVote(13, 1)).catch(() => {});

  for (let round = 0; round < 3; round += 1) {
    sockets.at(-1).breaks(1011);
    mock.timers.tick(4_000);
    sockets.at(-1).says(wire("welcome"));
  }

  assert.deepEqual(sockets.map((line) => line.sent.length), [1, 1, 0, 0]);
});

test("a command without an answer fails after ten seconds, saying so", async () => {
  sockets[0].breaks(1006);
  const vote = connection.send(castVote(13, 1));

  mock.timers.tick(10_000);

  await assert.rejects(vote, { error: "offline", message: "No connection: this did not arrive." });
});

test("a line that is silent after a sleep is left soon, one that answers is kept", () => {
  sockets[0].says(wire("welcome"));
  connection.expectSoon();
  sockets[0].says(wire("heartbeat"));
  mock.timers.tick(3_000);
  const kept = sockets.length;

  connection.expectSoon();
  mock.timers.tick(2_000);
  mock.timers.tick(500);

  assert.equal(kept, 1);
  assert.equal(sockets.length, 2);
});

// H24
test("the socket that was opened ahead of the modules is taken over, with what it has heard", async () => {
  const early = new Line("wss://andre.example/socket/X7K2P");
  early.url = early.url.href;
  globalThis.window = { earlySocket: { socket: early, heard: [{ data: JSON.stringify(wire("welcome")) }] } };
  const welcomes = [];

  const taken = new NestSocket({ path: "/socket/X7K2P", store, onWelcome: (message) => welcomes.push(message.type) });
  await Promise.resolve();
  taken.notify(castVote(1, 1));

  assert.deepEqual(welcomes, ["welcome"]);
  assert.equal(early.sent[0].type, "cast_vote");
  assert.equal(globalThis.window.earlySocket, undefined);
});
