// A recording as decoded pieces, from any position on: FLAC a few seconds at a time, with little
// memory and at once; everything else as a whole, if it is short enough.

import { refusalOf } from "./failures.js";
import { firstFrame, frameAfter, framesFrom, isFlac, metadataBlock, pieceOf, readHeader } from "./flac.js";

const PIECE_MS = 5_000;
const FIRST_PIECE_MS = 1_500; // Decoded sooner, so that it sounds sooner.
const BACK_MS = 1_000; // How much before its probable place a frame is looked for.
const LOOK_BYTES = 65_536;
const TRIES = 5;
const OVERLAP_MS = 40;

// `bytes` as of bytes.js; `decode(buffer)` gives an AudioBuffer. `from(ms)` begins at a position and
// gives {next}, which resolves to {buffer, beginsMs, endsMs}, each overlapping the one before, or null
// at the end. Kinds: "pieces" or "whole".
export async function openRecording(bytes, decode) {
  const start = await bytes.read(0, LOOK_BYTES);
  const header = isFlac(start) ? readHeader(start) : null;
  if (!header?.samples || !header.rate) return whole(bytes, decode);
  const begins = await endOfMetadata(bytes, start);
  return pieces(bytes, decode, { ...header, begins });
}

async function endOfMetadata(bytes, start) {
  let [at, isLast] = [4, false];
  while (!isLast) {
    const here = at + 4 <= start.length ? start.subarray(at, at + 4) : await bytes.read(at, at + 4);
    const found = metadataBlock(here, 0);
    at += found.end;
    isLast = found.isLast;
  }
  return at;
}

function whole(bytes, decode) {
  let decoded = null;

  async function all() {
    const buffer = (await bytes.read(0, bytes.size())).slice().buffer;
    return asRefusal(decode(buffer));
  }

  function from() {
    let given = false;
    return {
      next: async () => {
        if (given) return null;
        decoded ??= all();
        const buffer = await decoded;
        given = true;
        return { buffer, beginsMs: 0, endsMs: buffer.duration * 1_000, isLast: true };
      },
    };
  }

  return { kind: "whole", from, lengthMs: () => Infinity, kbits: 0 };
}

function pieces(bytes, decode, header) {
  const lengthMs = (header.samples / header.rate) * 1_000;
  let soundEnds = lengthMs; // Where the sound ends, once that is known to be sooner.
  const toMs = (sample) => (sample / header.rate) * 1_000;
  const bytesPerMs = () => (bytes.size() - header.begins) / lengthMs;

  // The frame that holds this position, and where it begins in the file.
  async function locate(ms) {
    const wanted = Math.floor((ms / 1_000) * header.rate);
    let guess = Math.min(header.begins + Math.floor(Math.max(0, ms - BACK_MS) * bytesPerMs()), bytes.size() - LOOK_BYTES);
    for (let tries = 0; tries < TRIES && guess > header.begins; tries += 1) {
      const found = await frameNear(guess);
      if (found && found.sample <= wanted) return walk(found, wanted);
      const over = found ? toMs(found.sample - wanted) : BACK_MS;
      guess -= Math.ceil((over + BACK_MS) * bytesPerMs());
    }
    const first = await frameNear(header.begins);
    return walk(first ?? { at: header.begins, sample: 0, end: header.blockSize }, wanted);
  }

  async function frameNear(guess) {
    const around = await bytes.read(guess, guess + LOOK_BYTES);
    const frame = firstFrame(around, 0, header);
    return frame && { ...frame, at: guess + frame.at };
  }

  async function walk(frame, wanted) {
    let reached = frame;
    while (reached.end <= wanted) {
      const next = await following(reached);
      if (!next) return reached;
      reached = next;
    }
    return reached;
  }

  async function following(frame) {
    const found = frameAfter(await bytes.read(frame.at, frame.at + LOOK_BYTES), { ...frame, at: 0 }, header);
    return found && { ...found, at: frame.at + found.at };
  }

  function from(ms) {
    let frame = null; // The one that the next piece begins with.
    let length = FIRST_PIECE_MS;

    async function next() {
      frame ??= await locate(ms);
      if (frame.isEnd) return null;
      const { at, sample } = frame;
      const { chunk, ends, follower } = await cut(frame, length);
      const buffer = await decodeSome(chunk, ends);
      frame = follower ? { ...follower, at: at + follower.at } : { isEnd: true };
      length = PIECE_MS;
      const beginsMs = toMs(sample);
      const endsMs = beginsMs + buffer.duration * 1_000;
      if (!follower) soundEnds = Math.min(soundEnds, endsMs);
      return { buffer, beginsMs, endsMs, isLast: !follower };
    }

    return { next };
  }

  // A file that breaks off ends within a frame, which not every decoder passes over.
  async function decodeSome(chunk, ends) {
    for (const end of ends.slice(0, -1)) {
      try {
        return await decode(pieceOf(header, chunk.subarray(0, end)));
      } catch (fault) {
        if (fault.name !== "EncodingError") throw fault;
      }
    }
    return asRefusal(decode(pieceOf(header, chunk.subarray(0, ends.at(-1)))));
  }

  // The bytes of so many ms from this frame on, to the end of a frame; and the frame that the piece
  // after it begins with, whose sound both of them have: the seam lies there.
  async function cut(frame, wishMs) {
    for (let more = 1; ; more *= 2) {
      const reach = Math.ceil((wishMs * more + BACK_MS) * bytesPerMs()) + LOOK_BYTES;
      const chunk = await bytes.read(frame.at, frame.at + reach);
      const frames = framesFrom(chunk, { ...frame, at: 0 }, header);
      const until = frame.sample + (wishMs / 1_000) * header.rate;
      const last = frames.find(({ sample }) => sample >= until);
      const shared = last && frames.findLast(({ sample }) => sample <= last.sample - (OVERLAP_MS / 1_000) * header.rate);
      if (shared?.at > 0) return { chunk, ends: [last.at], follower: shared };
      if (frame.at + chunk.length >= bytes.size()) {
        const lastBegins = frames.at(-1).at;
        return { chunk, ends: lastBegins > 0 ? [chunk.length, lastBegins] : [chunk.length], follower: null };
      }
    }
  }

  return { kind: "pieces", from, lengthMs: () => soundEnds, kbits: bytesPerMs() * 8 };
}

async function asRefusal(decoding) {
  try {
    return await decoding;
  } catch (fault) {
    if (fault.name !== "EncodingError") throw fault;
    throw refusalOf("undecodable");
  }
}
