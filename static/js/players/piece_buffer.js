// The decoded pieces of one recording around what sounds: fetched and decoded ahead, one at a time.

import { Refusal } from "../core/refusal.js";
import { ByteReader } from "./byte_reader.js";
import { openRecording } from "./recording.js";

const HELD_MS = 12_000; // Decoded ahead; two megabytes for five seconds.
const TRY_AGAIN_MS = 2_000;

// `open(address, decode, onSpeed)` gives {bytes, opening}: the recording's bytes, and itself to come.
export class PieceBuffer {
  #speaker;
  #clock;
  #open;
  #bytes = null;
  #recording = null;
  #cursor = null;
  #filling = null;
  #failure = { fault: null, until: 0 };
  #speed = Infinity; // Of the line, in kbit/s, when it last brought something.
  pieces = []; // {buffer, beginsMs, endsMs, isLast}, in order

  constructor({ speaker, clock, open = openAt }) {
    this.#speaker = speaker;
    this.#clock = clock;
    this.#open = open;
  }

  // Resolves to the recording's kind. Throws a Refusal where it cannot be reached or decoded.
  async load(address) {
    this.close();
    const decode = (buffer) => this.#speaker.context().decodeAudioData(buffer);
    const { bytes, opening } = this.#open(address, decode, (kbits) => {
      this.#speed = kbits;
    });
    this.#bytes = bytes;
    const opened = await opening;
    if (this.#bytes === bytes) this.#recording = opened;
    return opened.kind;
  }

  close() {
    this.#bytes?.close();
    [this.#bytes, this.#recording, this.#cursor, this.pieces] = [null, null, null, []];
  }

  seek(position) {
    this.pieces = [];
    this.#cursor = this.#recording.from(Math.max(0, position));
  }

  // Decodes ahead of `position`, one piece at a time; with `atLeastOne` also if there is enough.
  async fill(position, atLeastOne = false) {
    if (this.#filling) return this.#filling;
    if (this.#isFull(position) || (!atLeastOne && this.#clock.local() < this.#failure.until)) return null;
    this.#filling = this.#decodeNext();
    await this.#filling;
    this.#filling = null;
    return null;
  }

  async #decodeNext() {
    const mine = this.#cursor;
    try {
      const piece = await mine?.next();
      if (piece && mine === this.#cursor) this.pieces = [...this.pieces, piece];
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      this.#failure = { fault, until: this.#clock.local() + TRY_AGAIN_MS };
    }
  }

  #isFull(position) {
    const last = this.pieces.at(-1);
    if (!this.#cursor || last?.isLast) return true;
    return Boolean(last) && last.endsMs > (position ?? this.pieces[0].beginsMs) + HELD_MS;
  }

  // What the last decoding failed with; null if it did not.
  get fault() {
    return this.#failure.fault;
  }

  forgetFault() {
    this.#failure = { fault: null, until: 0 };
  }

  drop(piece) {
    this.pieces = this.pieces.filter((each) => each !== piece);
  }

  // All that ends before `position`, but not what still sounds.
  dropBefore(position, sounding) {
    while (this.pieces.length && this.pieces[0] !== sounding && this.pieces[0].endsMs < position) this.pieces.shift();
  }

  pieceAfter(piece) {
    return this.pieces[this.pieces.indexOf(piece) + 1];
  }

  firstBeyond(position) {
    return this.pieces.find(({ endsMs }) => endsMs > position);
  }

  holds(position) {
    return this.pieces.some(({ beginsMs, endsMs }) => beginsMs <= position && position < endsMs);
  }

  beginsAfter(position) {
    return this.pieces.length > 0 && position < this.pieces[0].beginsMs;
  }

  endsBefore(position) {
    return this.pieces.length > 0 && this.pieces.at(-1).endsMs < position && !this.pieces.at(-1).isLast;
  }

  // Beyond the end of the recording there is nothing more to come.
  isOver(position) {
    return Boolean(this.#recording) && position >= this.#recording.lengthMs();
  }

  // Whether the line brings it more slowly than it sounds.
  isStarved() {
    return Boolean(this.#recording) && this.#speed < this.#recording.kbits;
  }

  // How long it takes until what is decoded as a whole is here; 0 for what comes in pieces.
  arrivesInMs() {
    if (this.#recording?.kind !== "whole" || this.pieces.length) return 0;
    return (this.#bytes.missing() * 8) / this.#speed;
  }

  isLoaded() {
    return this.#recording !== null;
  }
}

function openAt(address, decode, onSpeed) {
  const bytes = new ByteReader(address, { onSpeed });
  return { bytes, opening: openRecording(bytes, decode) };
}
