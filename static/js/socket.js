// The connection to the nest: it resumes where it stopped, answers heartbeats and
// carries commands to their answers.

import { beat } from "./commands.js";
import { Refusal } from "./refusal.js";

export const FINAL_CODES = new Set([4001, 4002, 4003, 4004, 4005, 4008, 4010, 4011, 4012]);

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const ANSWER_WITHIN_MS = 10_000;
const SILENCE_MS = 40_000; // The server beats every 15 s: two beats missed and a little.
const ANSWER_SOON_MS = 2_000;
const BEHIND_FOR_MS = 2_000;
const STEADY_AFTER_MS = 5_000; // A line that breaks sooner has not really come back.
const SENT_AT_MOST = 2; // What broke the line twice is not tried a third time.

// How long to wait before trying again: with full jitter, at most as long as the line has been
// gone already. Counted by time and not by attempts, because a few lucky short waits must not make
// a server that is back after two seconds wait for another fifteen.
export function backoff(goneForMs, random = Math.random) {
  return random() * Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, goneForMs));
}

// `open(url)` gives a WebSocket. `onWelcome` is called after every (re)connection.
export function connect({ path, store, onWelcome = () => {}, open = (url) => new WebSocket(url) }) {
  const pending = new Map();
  let unheard = []; // {rev, settled}: what is done, and the page has not heard of yet
  let socket = null;
  let attempt = 0;
  let goneSince = null;
  let retry = null;
  let watchdog = null;
  let steady = null;
  let wantsSnapshot = false;

  function dial() {
    clearTimeout(retry);
    const mine = open(address());
    socket = mine;
    mine.onmessage = ({ data }) => mine === socket && heard(JSON.parse(data));
    mine.onclose = ({ code }) => mine === socket && lost(code);
    watch();
  }

  function address() {
    const { epoch, nest } = store.state();
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (nest && !wantsSnapshot) {
      url.searchParams.set("since", nest.rev);
      url.searchParams.set("epoch", epoch);
    }
    return url.href;
  }

  function heard(message) {
    watch();
    const notice = notices[message.type];
    if (notice) return notice(message);
    if (!("rev" in message)) return undefined;
    return store.hear(message) ? tellHeard(message.rev) : redial();
  }

  const notices = {
    welcome(message) {
      steady = setTimeout(() => {
        attempt = 0;
        goneSince = null;
      }, STEADY_AFTER_MS);
      wantsSnapshot = false;
      store.welcome(message);
      tellHeard();
      pending.forEach(deliver);
      onWelcome(message);
    },
    heartbeat({ rev, epoch }) {
      const { nest, epoch: known } = store.state();
      if (!nest) return;
      tell(beat(nest.rev));
      if (epoch !== known || rev < nest.rev) afresh();
      else if (rev > nest.rev) setTimeout(() => store.state().nest.rev < rev && redial(), BEHIND_FOR_MS);
    },
    done: (answer) => settle(answer.id, ({ resolve }) => whenHeard(answer, resolve)),
    refused: (answer) => settle(answer.id, ({ reject }) => reject(new Refusal(answer))),
    nest_deleted: () => store.set({ connection: { status: "ended", code: 4005 } }),
    nest_expired: () => store.set({ connection: { status: "ended", code: 4004 } }),
  };

  function lost(code) {
    socket = null;
    clearTimeout(watchdog);
    clearTimeout(steady);
    if (FINAL_CODES.has(code)) return end(code);

    if (store.state().connection.status === "ended") return;
    goneSince ??= Date.now();
    const wait = code === 4013 ? 0 : backoff(Date.now() - goneSince);
    attempt += 1;
    store.set({ connection: { status: "lost", attempt } });
    retry = setTimeout(dial, wait);
  }

  function end(code) {
    store.set({ connection: { status: "ended", code } });
    tellHeard();
    pending.forEach((_, id) => fail(id, "ended", "The connection to this nest has ended."));
  }

  // Comes back at once, with what the page holds, for what it missed.
  function redial() {
    const old = socket;
    socket = null;
    old?.close();
    dial();
  }

  function afresh() {
    wantsSnapshot = true;
    redial();
  }

  function watch(silence = SILENCE_MS) {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      const silent = socket;
      lost(1006);
      silent?.close();
    }, silence);
  }

  // Resolves to the `done` answer once the page has heard what was done; rejects with a Refusal.
  function send(command) {
    const id = newId();
    const frame = JSON.stringify({ ...command, id });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(id, "offline", "No connection: this did not arrive."), ANSWER_WITHIN_MS);
      const waiting = { frame, resolve, reject, timer, sent: 0 };
      pending.set(id, waiting);
      if (isOpen()) deliver(waiting);
    });
  }

  function deliver(waiting) {
    if (waiting.sent === SENT_AT_MOST) return;
    waiting.sent += 1;
    socket.send(waiting.frame);
  }

  // Says something that needs no answer and is worth nothing later.
  function tell(command) {
    if (isOpen()) socket.send(JSON.stringify(command));
  }

  function isOpen() {
    return socket?.readyState === 1 && store.state().connection.status === "open";
  }

  // What was done comes as an event, too, and perhaps after the answer: who shows it ahead of time
  // would take it back for that moment.
  function whenHeard(answer, resolve) {
    const { rev = 0 } = answer;
    if (rev <= store.state().nest.rev) resolve(answer);
    else unheard.push({ rev, settled: () => resolve(answer) });
  }

  function tellHeard(rev = Infinity) {
    const now = unheard.filter((each) => each.rev <= rev);
    unheard = unheard.filter((each) => each.rev > rev);
    now.forEach(({ settled }) => settled());
  }

  function settle(id, how) {
    const waiting = pending.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    pending.delete(id);
    how(waiting);
  }

  function fail(id, error, message) {
    settle(id, ({ reject }) => reject(new Refusal({ error, message })));
  }

  function hurry() {
    if (store.state().connection.status === "lost") dial();
  }

  // The machine has slept, and the line may be dead though it looks open: ask something soon after.
  function doubt() {
    if (isOpen()) watch(ANSWER_SOON_MS);
  }

  dial();
  return { send, tell, hurry, doubt };
}

// `crypto.randomUUID` exists on https and localhost only; a nest in the living room has neither.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
