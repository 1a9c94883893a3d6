// How long a device that should sound has not, and when it is worth another try: ever less often.

const SILENT_AFTER_MS = 2_000;
const FIRST_RETRY_MS = 6_000;
const LAST_RETRY_MS = 48_000;

// `local()` is a clock in ms.
export class SilenceWatch {
  #local;
  #since = null;
  #retryAfterMs = FIRST_RETRY_MS;

  constructor(local) {
    this.#local = local;
  }

  // It sounds, or need not.
  reset() {
    [this.#since, this.#retryAfterMs] = [null, FIRST_RETRY_MS];
  }

  // It does not sound: {isSilent, isDue}, whether for long, and whether to try again.
  look() {
    this.#since ??= this.#local();
    const passed = this.#passed();
    return { isSilent: passed > SILENT_AFTER_MS, isDue: passed > this.#retryAfterMs };
  }

  postpone() {
    this.#retryAfterMs = this.#passed() + Math.min(this.#retryAfterMs, LAST_RETRY_MS);
  }

  #passed() {
    return this.#local() - this.#since;
  }
}
