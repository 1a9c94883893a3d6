// The bytes of a recording, fetched in blocks as they are needed and somewhat ahead, each once.

import { Refusal } from "../refusal.js";
import { refusalOf } from "./failures.js";

const BLOCK = 262_144;
const AHEAD_BLOCKS = 40; // Ten megabytes: a lost connection of a minute is not heard.
const BEHIND_BLOCKS = 40; // As much is kept for who seeks back a little; the rest would be a long song's worth.
const IDLE_MS = 10_000; // Nothing at all for so long is no slow line any more.
const TRY_AGAIN_MS = 2_000;

// `address()` gives the recording's address, a fresh one when the last one has expired.
export function createBytes(address, { ask = (...wish) => fetch(...wish), onSpeed = () => {} } = {}) {
  const blocks = new Map(); // number -> bytes, or the promise of them
  let size = null;
  let wanted = -1; // The last block that was asked for.
  let asked = 0; // How many wait for a block.
  let closed = false;
  let isAhead = false;

  async function read(from, to) {
    const first = Math.floor(from / BLOCK);
    const parts = [];
    asked += 1;
    try {
      for (let number = first; number * BLOCK < Math.min(to, size ?? to); number += 1) {
        parts.push(await block(number));
        wanted = number;
      }
    } finally {
      asked -= 1;
    }
    forgetFar();
    goAhead();
    return concatenate(parts).subarray(from - first * BLOCK, Math.max(0, Math.min(to, size) - first * BLOCK));
  }

  // What is arriving is never asked for again.
  function block(number) {
    if (!blocks.has(number)) {
      const promise = fetchBlock(number).then(
        (bytes) => {
          blocks.set(number, bytes);
          return bytes;
        },
        (fault) => {
          blocks.delete(number);
          throw fault;
        },
      );
      blocks.set(number, promise);
    }
    return blocks.get(number);
  }

  async function fetchBlock(number) {
    const began = performance.now();
    const gone = new AbortController();
    const headers = { Range: `bytes=${number * BLOCK}-${(number + 1) * BLOCK - 1}` };
    const bytes = await whileAlive(async (alive) => {
      const response = await ask(await address(), { headers, signal: gone.signal });
      if (!response.ok) throw await readRefusal(response);
      size = readSize(response);
      return readBody(response, alive);
    }, gone);
    onSpeed((bytes.length * 8) / (performance.now() - began)); // kbit/s
    return bytes;
  }

  function forgetFar() {
    for (const [number, bytes] of blocks) {
      const isFar = number < wanted - BEHIND_BLOCKS || number > wanted + AHEAD_BLOCKS;
      if (isFar && number > 0 && bytes instanceof Uint8Array) blocks.delete(number);
    }
  }

  // One block after the other, and none while something is asked for: the line is that one's.
  async function goAhead() {
    if (isAhead) return;
    isAhead = true;
    for (let number = missing(); number !== null && asked === 0; number = missing()) {
      try {
        await block(number);
      } catch (fault) {
        if (!(fault instanceof Refusal)) throw fault;
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
    isAhead = false;
  }

  function missing() {
    if (closed) return null;
    let number = wanted + 1;
    while (blocks.has(number)) number += 1;
    return number <= wanted + AHEAD_BLOCKS && number * BLOCK < size ? number : null;
  }

  return {
    read,
    size: () => size,
    close: () => {
      closed = true;
    },
  };
}

// Runs `work`, given a function that it calls as long as something arrives; else it is aborted.
async function whileAlive(work, gone) {
  let timer = 0;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => gone.abort(), IDLE_MS);
  };
  alive();
  try {
    return await work(alive);
  } catch (fault) {
    // What fetch throws where there is no network, and what an abort throws.
    if (fault instanceof TypeError || fault.name === "AbortError") throw refusalOf("unreachable");
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
  if (!response.headers.get("Content-Type")?.includes("json")) return refusalOf("unreachable");
  const body = await response.json();
  return body.error === "track_not_found" ? new Refusal(body) : refusalOf("unreachable");
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
