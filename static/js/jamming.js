// Pressing "jam": shown at once, taken back if the nest refuses.

import { hasMyJam } from "./cheers.js";
import { toggleJam } from "./commands.js";
import { explain } from "./refusals.js";

export function createJamming(store, send) {
  const underWay = new Map(); // song id -> how many presses await an answer

  return function jam(button, song) {
    const id = song.song_id;
    const inFlight = (wanted) =>
      store.set({ jamsInFlight: { ...store.state().jamsInFlight, [id]: wanted } });
    inFlight(!hasMyJam(song, store.state()));
    underWay.set(id, (underWay.get(id) ?? 0) + 1);
    explain(button, send(toggleJam(id))).then(() => {
      underWay.set(id, underWay.get(id) - 1);
      if (underWay.get(id) === 0) inFlight(undefined);
    });
  };
}

export function pressed(button, isPressed, title) {
  button.setAttribute("aria-pressed", String(isPressed));
  button.setAttribute("aria-label", `Jam to ${title}`);
}
