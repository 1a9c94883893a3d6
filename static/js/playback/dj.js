// A nest with a DJ: who it is, in place of the buttons that only they may press, and how long the music
// waits for them while they are away.

import { part, setText, show } from "../core/dom.js";
import { formatDuration } from "../core/format.js";
import { djName, isDj, mayControl } from "../core/rights.js";

const REFRESH_MS = 500;
const CONTROLS = "[data-action=toggle], [data-action=skip], [data-action=previous]";

export function mountDj(page, root, store, clock) {
  const away = part(root, "dj-away");

  store.subscribe((state, before) => {
    const isNew = state === before || state.nest !== before.nest || state.you !== before.you;
    if (isNew && state.nest) render(state);
  });
  setInterval(countDown, REFRESH_MS);

  function render(state) {
    const { nest } = state;
    const isUnderDj = !mayControl(state);
    page.body.classList.toggle("is-under-dj", isUnderDj);
    page.querySelectorAll(CONTROLS).forEach((button) => (button.disabled = isUnderDj));
    const isAway = nest.dj_away_until_ms !== null;
    show(part(root, "dj"), isUnderDj && !isAway);
    setText(part(root, "dj"), isUnderDj ? `${djName(nest)} is the DJ` : "");
    setText(part(root, "scope"), isDj(state) ? "You are the DJ" : "For everyone");
    setText(part(away, "sentence"), isAway ? `${djName(nest)} is away.` : "");
    setText(part(away, "what"), nest.nest.close_when_dj_leaves ? "Then this nest ends." : "Then everybody plays and skips.");
    show(away, isAway);
    countDown();
  }

  function countDown() {
    const until = store.state().nest?.dj_away_until_ms;
    if (until) setText(part(away, "left"), `${formatDuration(until - clock.now())} left`);
  }
}
