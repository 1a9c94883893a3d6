// C2 C3: a recording is decoded in pieces that overlap, from any position on, and fetched once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ByteReader } from "../../../static/js/players/byte_reader.js";
import { KeptBlocks } from "../../../static/js/players/kept_blocks.js";
import { PieceBuffer } from "../../../static/js/players/piece_buffer.js";
import { MediaAddress } from "../../../static/js/players/media_address.js";
import { openRecording } from "../../../static/js/players/recording.js";
import { settle } from "../page.js";
import { be, frame } from "./flac_frames.js";

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

test("H25: a song that comes again is not fetched again, whatever its token, for an hour", async () => {
  let now = 0;
  const asked = [];
  const keep = new KeptBlocks({ now: () => now });
  const reader = (token) => new ByteReader(async () => `/a?token=${token}`, { ask: served(new Uint8Array(600_000), asked), keep });
  await reader("one").read(0, 600_000);

  const again = await reader("two").read(262_144, 600_000);
  const askedBefore = asked.length;
  now = 3_600_001;
  await reader("three").read(0, 10);

  assert.equal(again.length, 600_000 - 262_144);
  assert.equal(askedBefore, 3);
  assert.ok(asked.length > 3);
});

test("H25: of what is kept the oldest goes where there is no more room, and blocks of another file at once", () => {
  const keep = new KeptBlocks({ most: 25 });
  const block = (tag) => ({ bytes: new Uint8Array(10), size: 20, tag });
  keep.put("/a", 0, block("x"));
  keep.put("/a", 1, block("x"));
  keep.get("/a", 0);
  keep.put("/b", 0, block("y"));
  const held = [keep.get("/a", 0), keep.get("/a", 1), keep.get("/b", 0)].map(Boolean);

  keep.put("/a", 1, block("z"));

  assert.deepEqual(held, [true, false, true]);
  assert.equal(keep.get("/a", 0), null);
});

test("a line that is not there is told as such, and asked again later", async () => {
  let isThere = false;
  const source = new Uint8Array(100);
  const ask = async (...wish) => {
    if (!isThere) throw new TypeError("no network");
    return served(source)(...wish);
  };
  const bytes = new ByteReader(async () => "/a", { ask, keep: new KeptBlocks() });

  await assert.rejects(bytes.read(0, 10), { error: "unavailable" });
  isThere = true;

  assert.equal((await bytes.read(0, 10)).length, 10);
});

// A server whose tokens live for 90 seconds, and a page's clock that a test turns.
function doorkeeper(source) {
  const clock = { ms: 0, now: () => clock.ms };
  const keeper = { clock, minted: 0, dead: new Set(), ends: new Map() };
  keeper.address = new MediaAddress(async () => {
    keeper.minted += 1;
    keeper.ends.set(`/a?token=${keeper.minted}`, clock.ms + 90_000);
    return { url: `/a?token=${keeper.minted}`, expires_at_ms: clock.ms + 90_000 };
  }, clock);
  keeper.address.use({ song_id: 1 });
  const serve = served(source);
  const ask = async (address, options) => {
    if (keeper.dead.has(address) || keeper.ends.get(address) <= clock.ms) return new Response("{}", { status: 403 });
    return serve(address, options);
  };
  keeper.reader = new ByteReader((options) => keeper.address.get(options), { ask, keep: new KeptBlocks({ most: 0 }) });
  return keeper;
}

test("U-4.10: six minutes with seeks are heard through by renewing", async () => {
  const BLOCK_BYTES = 262_144;
  const keeper = doorkeeper(new Uint8Array(BLOCK_BYTES * 200));

  for (let second = 0; second < 360; second += 5) {
    keeper.clock.ms = second * 1_000;
    const block = second === 180 ? 190 : second / 5; // Far ahead once, and back.
    const bytes = await keeper.reader.read(block * BLOCK_BYTES, block * BLOCK_BYTES + 10);
    assert.equal(bytes.length, 10);
  }

  assert.equal(keeper.minted, 5);
});

test("U-4.8: a token that ended before its time is asked for anew, once", async () => {
  const keeper = doorkeeper(new Uint8Array(30_000_000));
  await keeper.reader.read(0, 10);
  keeper.dead.add("/a?token=1");

  assert.equal((await keeper.reader.read(25_000_000, 25_000_010)).length, 10);
  assert.equal(keeper.minted, 2);

  keeper.dead.has = () => true;
  await assert.rejects(keeper.reader.read(15_000_000, 15_000_010), { error: "unavailable" });
});

test("a line tells how fast it is", async () => {
  const speeds = [];
  const bytes = new ByteReader(async () => "/a", {
    ask: served(new Uint8Array(100)),
    keep: new KeptBlocks(),
    onSpeed: (kbits) => speeds.push(kbits),
  });

  await bytes.read(0, 10);

  assert.ok(speeds[0] > 0);
});

// H26
test("what is decoded as a whole tells when it will be here", async () => {
  const source = new Uint8Array(600_000);
  const speaker = { context: () => ({ decodeAudioData: async () => ({ duration: 60 }) }) };
  const open = (address, decode, onSpeed) => {
    const bytes = new ByteReader(address, { ask: served(source), keep: new KeptBlocks({ most: 0 }) });
    return { bytes, opening: openRecording(bytes, decode).finally(() => onSpeed(400)) };
  };
  const buffer = new PieceBuffer({ speaker, clock: { local: () => 0 }, open });
  await buffer.load(async () => "/a");
  const before = buffer.arrivesInMs();

  buffer.seek(0);
  await buffer.fill(0);

  assert.equal(before, ((600_000 - 262_144) * 8) / 400);
  assert.equal(buffer.arrivesInMs(), 0);
  assert.deepEqual([buffer.isOver(59_999), buffer.isOver(60_000)], [false, true]);
});

// H25
test("a reader that is closed lets go of what is still arriving", async () => {
  const signals = [];
  const ask = (_, { signal }) => {
    signals.push(signal);
    return new Promise((resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const bytes = new ByteReader(async () => "/a", { ask, keep: new KeptBlocks() });
  const reading = assert.rejects(bytes.read(0, 10), { error: "unavailable" });
  await settle();

  bytes.close();

  await reading;
  assert.equal(signals[0].aborted, true);
});

function shelf(source, asked = []) {
  return new ByteReader(async () => "/a", { ask: served(source, asked), keep: new KeptBlocks({ most: 0 }) });
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
