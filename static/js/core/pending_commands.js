// Commands that were given and not answered yet. Each is kept until its answer is there, and what it
// did as well: who shows it ahead of time would take it back for the moment in between.

import { Refusal } from "./refusal.js";

const ANSWER_WITHIN_MS = 10_000;
const SENT_AT_MOST = 2; // What broke the line twice is not tried a third time.

// `isKnown(rev)`: whether the page holds what the nest did up to there.
export class PendingCommands {
  #isKnown;
  #commands = new Map(); // id -> {frame, resolve, reject, timer, sent}
  #answered = []; // {rev, resolve}: what is done, and the page has not heard of yet

  constructor(isKnown) {
    this.#isKnown = isKnown;
  }

  // Returns {id, answer}: `answer` resolves to the `done` answer once the page has heard what was done;
  // rejects with a Refusal.
  add(command) {
    const id = makeId();
    const frame = JSON.stringify({ ...command, id });
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, "offline", "No connection: this did not arrive."), ANSWER_WITHIN_MS);
      this.#commands.set(id, { frame, resolve, reject, timer, sent: 0 });
    });
    return { id, answer };
  }

  deliver(id, socket) {
    const command = this.#commands.get(id);
    if (command.sent === SENT_AT_MOST) return;
    command.sent += 1;
    socket.send(command.frame);
  }

  // Over a connection that has come back; the nest does what it has done already only once.
  deliverAll(socket) {
    [...this.#commands.keys()].forEach((id) => this.deliver(id, socket));
  }

  resolve(answer) {
    this.#settle(answer.id, ({ resolve }) => {
      const { rev = 0 } = answer;
      if (this.#isKnown(rev)) resolve(answer);
      else this.#answered.push({ rev, resolve: () => resolve(answer) });
    });
  }

  reject(answer) {
    this.#settle(answer.id, ({ reject }) => reject(new Refusal(answer)));
  }

  // The page has heard of all that was done up to `rev`.
  release(rev = Infinity) {
    const ready = this.#answered.filter((each) => each.rev <= rev);
    this.#answered = this.#answered.filter((each) => each.rev > rev);
    ready.forEach(({ resolve }) => resolve());
  }

  // The connection has ended for good.
  abandon() {
    this.release();
    this.#commands.forEach((_, id) => this.#fail(id, "ended", "The connection to this nest has ended."));
  }

  #fail(id, error, message) {
    this.#settle(id, ({ reject }) => reject(new Refusal({ error, message })));
  }

  #settle(id, how) {
    const command = this.#commands.get(id);
    if (!command) return;
    clearTimeout(command.timer);
    this.#commands.delete(id);
    how(command);
  }
}

// `crypto.randomUUID` exists on https and localhost only; a nest in the living room has neither.
function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
