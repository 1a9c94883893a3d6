// A nest that an operator has slowed: how much is left to everybody, why, and until when. It ends by itself.

import { part, setText, show } from "../core/dom.js";
import { formatDuration } from "../core/format.js";

const REFRESH_MS = 500;

export function mountThrottle(root, store, clock) {
  const notice = part(root, "throttle");

  store.subscribe((state, before) => {
    if (state.nest && (state === before || state.nest.throttle !== before.nest?.throttle)) render(state.nest.throttle);
  });
  setInterval(countDown, REFRESH_MS);

  function render(throttle) {
    if (throttle) {
      const { a_minute: all, a_minute_each: each, reason } = throttle;
      setText(part(notice, "sentence"), `An operator has slowed this nest: ${all} actions a minute for all of you, ${each} each.`);
      setText(part(notice, "why"), reason);
    }
    countDown();
  }

  function countDown() {
    const until = store.state().nest?.throttle?.until_ms ?? 0;
    const left = until - clock.now();
    show(notice, left > 0);
    if (left > 0) setText(part(notice, "ends"), `${formatDuration(left)} left`);
  }
}
