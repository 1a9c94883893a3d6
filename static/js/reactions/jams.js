// Pressing "jam": shown at once, taken back if the nest refuses.

import { toggleJam } from "../core/commands.js";
import { showPending } from "../core/pending.js";
import { showRefusal } from "../core/refusal_display.js";
import { hasMyJam } from "./reactions.js";

export function createJamToggle(store, send) {
  return function jam(button, song) {
    const wanted = !hasMyJam(song, store.state());
    return showRefusal(button, showPending(store, "jams", song.song_id, wanted, send(toggleJam(song.song_id))));
  };
}

export function drawJamButton(button, isPressed, title) {
  button.setAttribute("aria-pressed", String(isPressed));
  button.setAttribute("aria-label", `Jam to ${title}`);
}
