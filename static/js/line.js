// The line to a nest: one connection, and the clock that is kept true over it.

import { keepTime } from "./clock.js";
import { probeClock } from "./commands.js";
import { connect } from "./socket.js";

export function openLine(store, clock) {
  const time = keepTime(clock, (t0) => connection.send(probeClock(t0)));
  const connection = connect({
    path: document.body.dataset.wsPath,
    store,
    onWelcome: ({ server_ms: server }) => {
      clock.guess(server);
      time.askOften();
    },
  });
  window.addEventListener("online", connection.hurry);
  return { ...connection, askTimeOften: time.askOften };
}
