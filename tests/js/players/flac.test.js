// A FLAC file in pieces: frames are found from anywhere, and nothing that only looks like one is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findFirstFrame, findFrames, readMetadataBlock, makePiece, readHeader } from "../../../static/js/players/flac.js";
import { be, frame } from "./flac_frames.js";

const BLOCK = 4_096;

test("the header tells rate and length, and a piece's head has neither length nor checksum", () => {
  const header = readHeader(file(3));

  assert.deepEqual([header.rate, header.samples, header.blockSize], [44_100, 3 * BLOCK, BLOCK]);
  assert.equal(header.head.length, 42);
  assert.equal(header.head[4] & 0x80, 0x80);
  assert.deepEqual([...header.head.subarray(22)], Array.from({ length: 20 }, () => 0));
});

test("a file of another kind has no header", () => {
  assert.equal(readHeader(new Uint8Array(100)), null);
});

test("metadata is walked over block by block", () => {
  assert.deepEqual(readMetadataBlock(Uint8Array.of(0x84, 0, 1, 2), 0), { end: 262, isLast: true });
});

test("all frames are found, with the samples they hold", () => {
  const bytes = file(200);
  const header = readHeader(bytes);

  const frames = findFrames(bytes, findFirstFrame(bytes, 0, header), header);

  assert.equal(frames.length, 200);
  assert.deepEqual(frames.at(150), { at: 42 + 150 * 64, sample: 150 * BLOCK, end: 151 * BLOCK });
});

test("from the middle of a frame the next whole one is found", () => {
  const bytes = file(200);

  assert.equal(findFirstFrame(bytes, 42 + 99 * 64 + 1, readHeader(bytes)).sample, 100 * BLOCK);
});

test("a frame that nothing follows is only a look-alike", () => {
  const bytes = file(20);
  const header = readHeader(bytes);
  bytes.set(frame(77), 42 + 5 * 64 + 20); // Inside the sixth frame

  const found = findFirstFrame(bytes, 42 + 5 * 64 + 1, header);

  assert.equal(found.sample, 6 * BLOCK);
});

test("a piece is the head and the frames", () => {
  const bytes = file(3);
  const header = readHeader(bytes);

  const piece = new Uint8Array(makePiece(header, bytes.subarray(42, 106)));

  assert.deepEqual([...piece], [...header.head, ...bytes.subarray(42, 106)]);
});

// A FLAC file of so many frames of 64 bytes, whose sound is nothing but zeros.
function file(count) {
  const samples = count * BLOCK;
  const info = [...be(BLOCK, 2), ...be(BLOCK, 2), ...be(0, 3), ...be(0, 3)];
  const rest = [0x0a, 0xc4, 0x42, 0xf0, ...be(samples, 4), ...Array.from({ length: 16 }, () => 9)];
  const bytes = new Uint8Array(42 + count * 64);
  bytes.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, ...info, ...rest]);
  for (let number = 0; number < count; number += 1) bytes.set(frame(number), 42 + number * 64);
  return bytes;
}
