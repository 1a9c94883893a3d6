// A FLAC recording as decoded pieces of a few seconds, from any position on: with little memory, and
// at once.

import { findFirstFrame, findFrames, findNextFrame, makePiece, readHeader, readMetadataBlock } from "./flac.js";
import { decodeOrRefuse } from "./playback_failures.js";

const PIECE_MS = 5_000;
const FIRST_PIECE_MS = 1_500; // Decoded sooner, so that it sounds sooner.
const BACK_MS = 1_000; // How much before its probable place a frame is looked for.
const LOOK_BYTES = 65_536;
const TRIES = 5;
const OVERLAP_MS = 40;

// Of these bytes, which begin with `start`; null where the header does not say how long it is.
export async function openFlac(bytes, decode, start) {
  const header = readHeader(start);
  if (!header?.samples || !header.rate) return null;
  return new FlacRecording(bytes, decode, { ...header, begins: await findEndOfMetadata(bytes, start) });
}

async function findEndOfMetadata(bytes, start) {
  let [at, isLast] = [4, false];
  while (!isLast) {
    const here = at + 4 <= start.length ? start.subarray(at, at + 4) : await bytes.read(at, at + 4);
    const found = readMetadataBlock(here, 0);
    at += found.end;
    isLast = found.isLast;
  }
  return at;
}

// `header` as of flac.js, with `begins`: where the sound begins in the file, in bytes.
class FlacRecording {
  #bytes;
  #decode;
  #header;
  #lengthMs;
  #soundEndsMs; // Sooner than the length where the file turns out to break off.
  kind = "pieces";

  constructor(bytes, decode, header) {
    [this.#bytes, this.#decode, this.#header] = [bytes, decode, header];
    this.#lengthMs = this.#toMs(header.samples);
    this.#soundEndsMs = this.#lengthMs;
  }

  lengthMs() {
    return this.#soundEndsMs;
  }

  // How many kbit a second of it takes.
  get kbits() {
    return this.#bytesPerMs() * 8;
  }

  // The pieces from this position on, as of recording.js.
  from(ms) {
    let frame = null; // The one that the next piece begins with.
    let length = FIRST_PIECE_MS;
    return {
      next: async () => {
        frame ??= await this.#locate(ms);
        if (frame.isEnd) return null;
        const { piece, follower } = await this.#readPiece(frame, length);
        frame = follower ?? { isEnd: true };
        length = PIECE_MS;
        return piece;
      },
    };
  }

  async #readPiece(frame, length) {
    const { chunk, ends, follower } = await this.#cut(frame, length);
    const buffer = await this.#decodeSome(chunk, ends);
    const beginsMs = this.#toMs(frame.sample);
    const endsMs = beginsMs + buffer.duration * 1_000;
    if (!follower) this.#soundEndsMs = Math.min(this.#soundEndsMs, endsMs);
    const piece = { buffer, beginsMs, endsMs, isLast: !follower };
    return { piece, follower: follower && { ...follower, at: frame.at + follower.at } };
  }

  // The frame that holds this position, and where it begins in the file.
  async #locate(ms) {
    const { begins, rate, blockSize } = this.#header;
    const wanted = Math.floor((ms / 1_000) * rate);
    const probable = begins + Math.floor(Math.max(0, ms - BACK_MS) * this.#bytesPerMs());
    let guess = Math.min(probable, this.#bytes.size() - LOOK_BYTES);
    for (let tries = 0; tries < TRIES && guess > begins; tries += 1) {
      const found = await this.#frameNear(guess);
      if (found && found.sample <= wanted) return this.#walk(found, wanted);
      const over = found ? this.#toMs(found.sample - wanted) : BACK_MS;
      guess -= Math.ceil((over + BACK_MS) * this.#bytesPerMs());
    }
    const first = await this.#frameNear(begins);
    return this.#walk(first ?? { at: begins, sample: 0, end: blockSize }, wanted);
  }

  async #frameNear(guess) {
    const around = await this.#bytes.read(guess, guess + LOOK_BYTES);
    const frame = findFirstFrame(around, 0, this.#header);
    return frame && { ...frame, at: guess + frame.at };
  }

  async #walk(frame, wanted) {
    let reached = frame;
    while (reached.end <= wanted) {
      const next = await this.#frameAfter(reached);
      if (!next) return reached;
      reached = next;
    }
    return reached;
  }

  async #frameAfter(frame) {
    const around = await this.#bytes.read(frame.at, frame.at + LOOK_BYTES);
    const found = findNextFrame(around, { ...frame, at: 0 }, this.#header);
    return found && { ...found, at: frame.at + found.at };
  }

  // A file that breaks off ends within a frame, which not every decoder passes over.
  async #decodeSome(chunk, ends) {
    for (const end of ends.slice(0, -1)) {
      try {
        return await this.#decode(makePiece(this.#header, chunk.subarray(0, end)));
      } catch (fault) {
        if (fault.name !== "EncodingError") throw fault;
      }
    }
    return decodeOrRefuse(this.#decode(makePiece(this.#header, chunk.subarray(0, ends.at(-1)))));
  }

  // The bytes of so many ms from this frame on, to the end of a frame; and the frame that the piece
  // after it begins with, whose sound both of them have: the seam lies there.
  async #cut(frame, wishMs) {
    const until = frame.sample + this.#toSamples(wishMs);
    for (let more = 1; ; more *= 2) {
      const reach = Math.ceil((wishMs * more + BACK_MS) * this.#bytesPerMs()) + LOOK_BYTES;
      const chunk = await this.#bytes.read(frame.at, frame.at + reach);
      const frames = findFrames(chunk, { ...frame, at: 0 }, this.#header);
      const last = frames.find(({ sample }) => sample >= until);
      const shared = last && frames.findLast(({ sample }) => sample <= last.sample - this.#toSamples(OVERLAP_MS));
      if (shared?.at > 0) return { chunk, ends: [last.at], follower: shared };
      if (frame.at + chunk.length >= this.#bytes.size()) {
        const lastBegins = frames.at(-1).at;
        return { chunk, ends: lastBegins > 0 ? [chunk.length, lastBegins] : [chunk.length], follower: null };
      }
    }
  }

  #toMs(samples) {
    return (samples / this.#header.rate) * 1_000;
  }

  #toSamples(ms) {
    return (ms / 1_000) * this.#header.rate;
  }

  #bytesPerMs() {
    return (this.#bytes.size() - this.#header.begins) / this.#lengthMs;
  }
}
