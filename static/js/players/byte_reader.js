// The bytes of a recording, fetched in blocks as they are needed and somewhat ahead, each once.

import { pause } from "../core/pause.js";
import { Refusal } from "../core/refusal.js";
import { KeptBlocks } from "./kept_blocks.js";
import { makePlaybackRefusal } from "./playback_failures.js";

const FORBIDDEN = 403;
const BLOCK = 262_144;
const AHEAD_BLOCKS = 40; // Ten megabytes: a lost connection of a minute is not heard.
const BEHIND_BLOCKS = 40; // As much is kept for who seeks back a little; the rest would be a long song's worth.
const IDLE_MS = 10_000; // Nothing at all for so long is no slow line any more.
const TRY_AGAIN_MS = 2_000;

const kept = new KeptBlocks(); // Of all recordings of this page.

// `address({afresh})` gives the recording's address, a fresh one when the last one has expired, or is refused.
export class ByteReader {
  #address;
  #ask;
  #kept;
  #onSpeed;
  #blocks = new Map(); // number -> bytes, or the promise of them
  #size = null;
  #wanted = -1; // The last block that was asked for.
  #asked = 0; // How many wait for a block.
  #isClosed = false;
  #closing = new AbortController();
  #isReadingAhead = false;

  constructor(address, { ask = (...request) => fetch(...request), keep = kept, onSpeed = () => {} } = {}) {
    [this.#address, this.#ask, this.#kept, this.#onSpeed] = [address, ask, keep, onSpeed];
  }

  // Resolves to the bytes from `from` to before `to`, or to the end. Throws a Refusal.
  async read(from, to) {
    const first = Math.floor(from / BLOCK);
    const parts = [];
    this.#asked += 1;
    try {
      for (let number = first; number * BLOCK < Math.min(to, this.#size ?? to); number += 1) {
        parts.push(await this.#block(number));
        this.#wanted = number;
      }
    } finally {
      this.#asked -= 1;
    }
    this.#forgetFar();
    this.#readAhead();
    const end = Math.max(0, Math.min(to, this.#size) - first * BLOCK);
    return concatenate(parts).subarray(from - first * BLOCK, end);
  }

  // What is arriving is never asked for again.
  #block(number) {
    if (!this.#blocks.has(number)) {
      const promise = this.#findBlock(number).then(
        (bytes) => {
          this.#blocks.set(number, bytes);
          return bytes;
        },
        (fault) => {
          this.#blocks.delete(number);
          throw fault;
        },
      );
      this.#blocks.set(number, promise);
    }
    return this.#blocks.get(number);
  }

  async #findBlock(number) {
    const address = await this.#address();
    const [path] = address.split("?"); // What follows is a token, which comes and goes.
    const known = this.#kept.get(path, number);
    const block = known ?? (await this.#fetchBlock(address, number)) ?? (await this.#fetchAfresh(number));
    if (!known) this.#kept.put(path, number, block);
    this.#size = block.size;
    return block.bytes;
  }

  // The token of the last address has ended before its time.
  async #fetchAfresh(number) {
    const block = await this.#fetchBlock(await this.#address({ afresh: true }), number);
    if (!block) throw makePlaybackRefusal("unreachable");
    return block;
  }

  // Null where the address is good no longer.
  async #fetchBlock(address, number) {
    const began = performance.now();
    const aborted = new AbortController();
    const signal = globalThis.AbortSignal?.any?.([aborted.signal, this.#closing.signal]) ?? aborted.signal;
    const headers = { Range: `bytes=${number * BLOCK}-${(number + 1) * BLOCK - 1}` };
    const block = await whileAlive(async (alive) => {
      const response = await this.#ask(address, { headers, signal });
      if (response.status === FORBIDDEN) return null;
      if (!response.ok) throw await readRefusal(response);
      const bytes = await readBody(response, alive);
      return { bytes, size: readSize(response), tag: response.headers.get("ETag") };
    }, aborted);
    if (!block) return null;
    this.#onSpeed((block.bytes.length * 8) / (performance.now() - began)); // kbit/s
    return block;
  }

  #forgetFar() {
    for (const [number, bytes] of this.#blocks) {
      const isFar = number < this.#wanted - BEHIND_BLOCKS || number > this.#wanted + AHEAD_BLOCKS;
      if (isFar && number > 0 && bytes instanceof Uint8Array) this.#blocks.delete(number);
    }
  }

  // One block after the other, and none while something is asked for: the line is that one's.
  async #readAhead() {
    if (this.#isReadingAhead) return;
    this.#isReadingAhead = true;
    for (let number = this.#findMissing(); number !== null && this.#asked === 0; number = this.#findMissing()) {
      try {
        await this.#block(number);
      } catch (fault) {
        if (!(fault instanceof Refusal)) throw fault;
        await pause(TRY_AGAIN_MS);
      }
    }
    this.#isReadingAhead = false;
  }

  #findMissing() {
    if (this.#isClosed) return null;
    let number = this.#wanted + 1;
    while (this.#blocks.has(number)) number += 1;
    return number <= this.#wanted + AHEAD_BLOCKS && number * BLOCK < this.#size ? number : null;
  }

  // In bytes; null before the first of them are there.
  size() {
    return this.#size;
  }

  // How many bytes of the recording are not here.
  missing() {
    const here = [...this.#blocks.values()].filter((bytes) => bytes instanceof Uint8Array);
    return here.reduce((left, bytes) => left - bytes.length, this.#size ?? 0);
  }

  // What is still arriving is not waited for.
  close() {
    this.#isClosed = true;
    this.#closing.abort();
  }
}

// Runs `work`, given a function that it calls as long as something arrives; else it is aborted.
async function whileAlive(work, aborted) {
  let timer = 0;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => aborted.abort(), IDLE_MS);
  };
  alive();
  try {
    return await work(alive);
  } catch (fault) {
    // What fetch throws where there is no network, and what an abort throws.
    if (fault instanceof TypeError || fault.name === "AbortError") throw makePlaybackRefusal("unreachable");
    throw fault;
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(response, alive) {
  const reader = response.body.getReader();
  const parts = [];
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    alive();
    parts.push(value);
  }
  return concatenate(parts);
}

function readSize(response) {
  const total = /\/(?<total>\d+)$/u.exec(response.headers.get("Content-Range") ?? "")?.groups.total;
  return Number(total ?? response.headers.get("Content-Length"));
}

async function readRefusal(response) {
  if (!response.headers.get("Content-Type")?.includes("json")) return makePlaybackRefusal("unreachable");
  const body = await response.json();
  return body.error === "track_not_found" ? new Refusal(body) : makePlaybackRefusal("unreachable");
}

function concatenate(parts) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
