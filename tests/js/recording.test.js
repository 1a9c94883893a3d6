// C2 C3: a recording is decoded in pieces that overlap, from any position on, and fetched once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createBytes } from "../../static/js/players/bytes.js";
import { openRecording } from "../../static/js/players/recording.js";
import { be, frame } from "./flacframes.js";

const BLOCK = 4_096;
const RATE = 44_100;
const FRAME_BYTES = 8_000;
const HEAD_BYTES = 42;

test("the pieces of a FLAC cover it from its beginning to its end, each overlapping the one before", async () => {
  const recording = await openRecording(shelf(file(120)), decoder());

  const pieces = await all(recording.from(0));

  assert.equal(recording.kind, "pieces");
  assert.equal(pieces[0].beginsMs, 0);
  assert.ok(pieces.length > 2);
  pieces.slice(1).forEach(({ beginsMs }, at) => {
    const overlap = pieces[at].endsMs - beginsMs;
    assert.ok(overlap >= 40 && overlap < 200, `${overlap} ms`);
  });
  assert.equal(Math.round(pieces.at(-1).endsMs), Math.round((120 * BLOCK * 1_000) / RATE));
  assert.equal(pieces.at(-1).isLast, true);
});

test("from the middle on, the first piece holds the position that was asked for, and little before it", async () => {
  const recording = await openRecording(shelf(file(400)), decoder());

  const { beginsMs, endsMs } = await recording.from(20_000).next();

  assert.ok(beginsMs <= 20_000 && beginsMs > 19_800, `${beginsMs}`);
  assert.ok(endsMs > 21_000);
});

test("a FLAC that breaks off ends where its sound does", async () => {
  const whole = file(400);
  const bytes = whole.subarray(0, HEAD_BYTES + 100 * FRAME_BYTES + 4_000);
  const recording = await openRecording(shelf(bytes), decoder());

  await all(recording.from(0));

  assert.equal(Math.round(recording.lengthMs()), Math.round((100 * BLOCK * 1_000) / RATE));
});

test("what is no FLAC is decoded as a whole", async () => {
  const recording = await openRecording(shelf(new Uint8Array(300_000)), async ({ byteLength }) => ({ duration: byteLength / 1_000 }));

  const [piece, ...more] = await all(recording.from(7_000));

  assert.deepEqual([recording.kind, piece.beginsMs, piece.endsMs, more.length], ["whole", 0, 300_000, 0]);
});

test("what cannot be decoded is told as such", async () => {
  const refusing = async () => {
    throw Object.assign(new Error("no"), { name: "EncodingError" });
  };
  const recording = await openRecording(shelf(file(10)), refusing);

  await assert.rejects(recording.from(0).next(), { error: "unplayable" });
});

test("bytes are fetched in blocks, each once, also when two ask at the same moment", async () => {
  const asked = [];
  const bytes = shelf(new Uint8Array(600_000).map((_, at) => at), asked);

  const [one, other] = await Promise.all([bytes.read(0, 10), bytes.read(262_140, 262_150)]);
  await bytes.read(0, 600_000);

  assert.deepEqual([one.length, ...other], [10, ...Array.from({ length: 10 }, (_, at) => (262_140 + at) % 256)]);
  assert.equal(new Set(asked).size, asked.length);
});

test("of a long recording only what is near is kept, and the rest is fetched again when it is wanted", async () => {
  const asked = [];
  const bytes = shelf(new Uint8Array(262_144 * 130), asked);
  for (let from = 0; from < 262_144 * 130; from += 262_144) await bytes.read(from, from + 10);
  const before = asked.filter((range) => range.startsWith("bytes=524288-")).length;

  await bytes.read(524_288, 524_298);

  assert.deepEqual([before, asked.filter((range) => range.startsWith("bytes=524288-")).length], [1, 2]);
});

test("a line that is not there is told as such, and asked again later", async () => {
  let isThere = false;
  const source = new Uint8Array(100);
  const ask = async (...wish) => {
    if (!isThere) throw new TypeError("no network");
    return served(source)(...wish);
  };
  const bytes = createBytes(async () => "/a", { ask });

  await assert.rejects(bytes.read(0, 10), { error: "unavailable" });
  isThere = true;

  assert.equal((await bytes.read(0, 10)).length, 10);
});

test("a line tells how fast it is", async () => {
  const speeds = [];
  const bytes = createBytes(async () => "/a", { ask: served(new Uint8Array(100)), onSpeed: (kbits) => speeds.push(kbits) });

  await bytes.read(0, 10);

  assert.ok(speeds[0] > 0);
});

function shelf(source, asked = []) {
  return createBytes(async () => "/a", { ask: served(source, asked) });
}

// A server of ranges.
function served(source, asked = []) {
  return async (_, { headers }) => {
    const { from, to } = /(?<from>\d+)-(?<to>\d+)/u.exec(headers.Range).groups;
    asked.push(headers.Range);
    const body = source.slice(Number(from), Number(to) + 1);
    return new Response(body, { status: 206, headers: { "Content-Range": `bytes ${from}-${to}/${source.length}` } });
  };
}

// As a browser decodes: whole frames count, and one that breaks off is an error.
function decoder() {
  return async (buffer) => {
    const frames = (buffer.byteLength - HEAD_BYTES) / FRAME_BYTES;
    if (!Number.isInteger(frames)) throw Object.assign(new Error("broken"), { name: "EncodingError" });
    return { duration: (frames * BLOCK) / RATE };
  };
}

async function all(cursor) {
  const found = [];
  for (let piece = await cursor.next(); piece; piece = await cursor.next()) found.push(piece);
  return found;
}

function file(count) {
  const samples = count * BLOCK;
  const info = [...be(BLOCK, 2), ...be(BLOCK, 2), ...be(0, 3), ...be(0, 3)];
  const bytes = new Uint8Array(HEAD_BYTES + count * FRAME_BYTES);
  bytes.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, ...info, 0x0a, 0xc4, 0x42, 0xf0, ...be(samples, 4)]);
  for (let number = 0; number < count; number += 1) bytes.set(frame(number), HEAD_BYTES + number * FRAME_BYTES);
  return bytes;
}
