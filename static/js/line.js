// The line to a nest: one connection, and the clock that is kept true over it.

import { keepTime } from "./clock.js";
import { probeClock } from "./commands.js";
import { connect } from "./socket.js";

export function openLine(store, clock) {
  const time = keepTime(clock, (t0) => connection.send(probeClock(t0)), { onWake: () => comeBack() });
  const connection = connect({
    path: document.body.dataset.wsPath,
    store,
    onWelcome: ({ server_ms: server }) => {
      clock.guess(server);
      time.askOften();
    },
  });
  window.addEventListener("online", connection.hurry);

  // After a sleep, or while nobody looked, the line may be dead and the time gone astray.
  function comeBack() {
    connection.hurry();
    connection.doubt();
    time.askAfresh();
  }

  return { ...connection, comeBack };
}
