// The connection to a nest, and the clock that is kept true over it.

import { keepTime } from "../core/clock_sync.js";
import { probeClock } from "../core/commands.js";
import { NestSocket } from "../core/socket.js";

// Returns {send, notify, comeBack}, as of core/socket.js.
export function openNestConnection(store, clock) {
  const time = keepTime(clock, (t0) => socket.send(probeClock(t0)), { onWake: () => comeBack() });
  const socket = new NestSocket({
    path: document.body.dataset.wsPath,
    store,
    onWelcome: ({ server_ms: server }) => {
      clock.guess(server);
      time.askOften();
    },
  });
  window.addEventListener("online", () => socket.retryNow());

  // After a sleep, or while nobody looked, the connection may be dead and the time gone astray.
  function comeBack() {
    socket.retryNow();
    socket.expectSoon();
    time.askAfresh();
  }

  return { send: (command) => socket.send(command), notify: (command) => socket.notify(command), comeBack };
}
