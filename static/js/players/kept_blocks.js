// Blocks of recordings that were fetched already, so that a song that comes again, or is sought back
// in, is not fetched again: for an hour, and within a bound that a phone can spare.

const KEPT_MS = 3_600_000;
const LITTLE_MEMORY_GB = 2;
const BYTES = 67_108_864; // Two or three songs as FLAC, ten as MP3.
const BYTES_WITH_LITTLE_MEMORY = 16_777_216;

export class KeptBlocks {
  #blocks = new Map(); // "path number" -> {bytes, size, tag, path, until}; used last comes last
  #held = 0; // bytes
  #most;
  #now;

  constructor({ most = findMost(), now = () => performance.now() } = {}) {
    [this.#most, this.#now] = [most, now];
  }

  // {bytes, size}, `size` of the whole recording; null where it is not kept.
  get(path, number) {
    const name = `${path} ${number}`;
    const block = this.#blocks.get(name);
    if (!block) return null;
    this.#forget(name);
    if (block.until < this.#now()) return null;
    this.#hold(name, block);
    return block;
  }

  // `tag` is the file's validator: blocks of another file under this path are forgotten.
  put(path, number, { bytes, size, tag }) {
    for (const [name, kept] of this.#blocks) {
      if (kept.path === path && kept.tag !== tag) this.#forget(name);
    }
    const name = `${path} ${number}`;
    this.#forget(name);
    this.#hold(name, { bytes, size, tag, path, until: this.#now() + KEPT_MS });
    for (const oldest of this.#blocks.keys()) {
      if (this.#held <= this.#most) break;
      this.#forget(oldest);
    }
  }

  #hold(name, block) {
    this.#blocks.set(name, block);
    this.#held += block.bytes.length;
  }

  #forget(name) {
    this.#held -= this.#blocks.get(name)?.bytes.length ?? 0;
    this.#blocks.delete(name);
  }
}

function findMost() {
  return (globalThis.navigator?.deviceMemory ?? 8) < LITTLE_MEMORY_GB ? BYTES_WITH_LITTLE_MEMORY : BYTES;
}
