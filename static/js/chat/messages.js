// The messages that this page shows: what the nest tells, and older ones that were asked for.

const TOLD_AT_ONCE = 50; // With a welcome; where there are fewer, these are all there are.

export class Messages {
  #shown = [];
  #hasOlder = false;

  get shown() {
    return this.#shown;
  }

  get hasOlder() {
    return this.#hasOlder;
  }

  // Takes in what the nest tells now. Where it does not go on from what is shown, it begins anew.
  take(told) {
    const latest = this.#shown.at(-1)?.message_id ?? 0;
    const goesOn = told.some(({ message_id: id }) => id === latest);
    if (goesOn) this.#shown = [...this.#shown, ...told.filter(({ message_id: id }) => id > latest)];
    else [this.#shown, this.#hasOlder] = [told, told.length >= TOLD_AT_ONCE];
  }

  putBefore({ messages, has_older: hasOlder }) {
    const oldest = this.#shown[0]?.message_id ?? Infinity;
    this.#shown = [...messages.filter(({ message_id: id }) => id < oldest), ...this.#shown];
    this.#hasOlder = hasOlder;
  }
}
