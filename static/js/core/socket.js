// The connection to the nest: it resumes where it stopped, answers heartbeats and
// carries commands to their answers.

import { beat } from "./commands.js";
import { PendingCommands } from "./pending_commands.js";

// Close codes after which coming back makes no sense (docs/protocol.md).
export const FINAL_CODES = new Set([4001, 4002, 4003, 4004, 4005, 4008, 4010, 4011, 4012, 4014, 4015]);

const NEST_DELETED = 4005;
const NEST_EXPIRED = 4004;
const SERVER_RESTARTS = 4013;
const BROKEN = 1006;
const OPEN = 1; // WebSocket.OPEN
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 40_000; // The server beats every 15 s: two beats missed and a little.
const ANSWER_SOON_MS = 2_000;
const BEHIND_FOR_MS = 2_000;
const STEADY_AFTER_MS = 5_000; // A line that breaks sooner has not really come back.

// How long to wait before trying again: with full jitter, at most as long as the line has been
// gone already. Counted by time and not by attempts, because a few lucky short waits must not make
// a server that is back after two seconds wait for another fifteen.
export function computeBackoff(goneForMs, random = Math.random) {
  return random() * Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, goneForMs));
}

// `open(url)` gives a WebSocket. `onWelcome` is called after every (re)connection.
export class NestSocket {
  #path;
  #store;
  #onWelcome;
  #open;
  #pending;
  #socket = null;
  #attempt = 0;
  #goneSince = null;
  #timers = {}; // retry, silence, steady
  #wantsSnapshot = false;
  #notices = {
    welcome: (message) => this.#welcome(message),
    heartbeat: (message) => this.#answerHeartbeat(message),
    done: (answer) => this.#pending.resolve(answer),
    refused: (answer) => this.#pending.reject(answer),
    guests_waiting: ({ count }) => this.#store.set({ guestsWaiting: count }),
    listeners_waiting: ({ count, person }) => this.#store.set({ listenersWaiting: { count, person } }),
    sent_out: ({ banned, reason }) => this.#store.set({ sentOut: { banned, reason } }),
    nest_deleted: () => this.#setConnection({ status: "ended", code: NEST_DELETED }),
    nest_expired: () => this.#setConnection({ status: "ended", code: NEST_EXPIRED }),
  };

  constructor({ path, store, onWelcome = () => {}, open = openWebSocket }) {
    [this.#path, this.#store, this.#onWelcome, this.#open] = [path, store, onWelcome, open];
    this.#pending = new PendingCommands((rev) => rev <= store.state().nest.rev);
    this.#dial();
  }

  // Resolves to the `done` answer once the page has heard what was done; rejects with a Refusal.
  send(command) {
    const { id, answer } = this.#pending.add(command);
    if (this.#isOpen()) this.#pending.deliver(id, this.#socket);
    return answer;
  }

  // Says something that needs no answer and is worth nothing later.
  notify(command) {
    if (this.#isOpen()) this.#socket.send(JSON.stringify(command));
  }

  // Does not wait any longer before it tries again.
  retryNow() {
    if (this.#status() === "lost") this.#dial();
  }

  // The machine has slept, and the line may be dead though it looks open: expects something soon.
  expectSoon() {
    if (this.#isOpen()) this.#watchForSilence(ANSWER_SOON_MS);
  }

  #dial() {
    clearTimeout(this.#timers.retry);
    const mine = this.#open(this.#address());
    this.#socket = mine;
    mine.onmessage = ({ data }) => mine === this.#socket && this.#receive(JSON.parse(data));
    mine.onclose = ({ code }) => mine === this.#socket && this.#lose(code);
    this.#watchForSilence();
  }

  #address() {
    const { epoch, nest, here } = this.#store.state();
    const url = new URL(this.#path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    for (const [name, value] of Object.entries(here ?? {})) url.searchParams.set(name, value);
    if (nest && !this.#wantsSnapshot) {
      url.searchParams.set("since", nest.rev);
      url.searchParams.set("own_since", nest.mine.rev);
      url.searchParams.set("epoch", epoch);
    }
    return url.href;
  }

  #receive(message) {
    this.#watchForSilence();
    const notice = this.#notices[message.type];
    if (notice) return notice(message);
    if (!("rev" in message)) return undefined;
    if (!this.#store.hear(message)) return this.#redial();
    return message.scope === "listener" ? undefined : this.#pending.release(message.rev);
  }

  #welcome(message) {
    this.#timers.steady = setTimeout(() => {
      this.#attempt = 0;
      this.#goneSince = null;
    }, STEADY_AFTER_MS);
    this.#wantsSnapshot = false;
    this.#store.welcome(message);
    this.#pending.release();
    this.#pending.deliverAll(this.#socket);
    this.#onWelcome(message);
  }

  #answerHeartbeat({ rev, epoch }) {
    const { nest, epoch: known } = this.#store.state();
    if (!nest) return;
    this.notify(beat(nest.rev));
    if (epoch !== known || rev < nest.rev) this.#beginAnew();
    else if (rev > nest.rev) setTimeout(() => this.#store.state().nest.rev < rev && this.#redial(), BEHIND_FOR_MS);
  }

  #lose(code) {
    this.#socket = null;
    clearTimeout(this.#timers.silence);
    clearTimeout(this.#timers.steady);
    if (FINAL_CODES.has(code)) return this.#end(code);

    if (this.#status() === "ended") return;
    this.#goneSince ??= Date.now();
    const wait = code === SERVER_RESTARTS ? 0 : computeBackoff(Date.now() - this.#goneSince);
    this.#attempt += 1;
    this.#setConnection({ status: "lost", attempt: this.#attempt });
    this.#timers.retry = setTimeout(() => this.#dial(), wait);
  }

  #end(code) {
    this.#setConnection({ status: "ended", code });
    this.#pending.abandon();
  }

  // Comes back at once, with what the page holds, for what it missed.
  #redial() {
    const old = this.#socket;
    this.#socket = null;
    old?.close();
    this.#dial();
  }

  #beginAnew() {
    this.#wantsSnapshot = true;
    this.#redial();
  }

  #watchForSilence(silence = SILENCE_MS) {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => {
      const silent = this.#socket;
      this.#lose(BROKEN);
      silent?.close();
    }, silence);
  }

  #isOpen() {
    return this.#socket?.readyState === OPEN && this.#status() === "open";
  }

  #status() {
    return this.#store.state().connection.status;
  }

  #setConnection(connection) {
    this.#store.set({ connection });
  }
}

// The one that was opened ahead of the modules, with what it has heard by now; else another.
function openWebSocket(url) {
  const { socket, heard } = window.earlySocket ?? {};
  delete window.earlySocket;
  if (socket?.url !== url || socket.readyState > OPEN) return new WebSocket(url);
  queueMicrotask(() => heard.forEach((event) => socket.onmessage(event)));
  return socket;
}
