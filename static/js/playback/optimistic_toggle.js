// Play and pause: the button shows what was pressed at once, the nest has the last word.

import { pause, play } from "../core/commands.js";
import { showPending } from "../core/pending.js";
import { showRefusal } from "../core/refusal_display.js";
import { hintForEveryone } from "./everyone_hint.js";

function isMeantToPlay({ nest, pending }) {
  return pending.playing.wanted ?? Boolean(nest?.playback.is_playing);
}

export function createPlayToggle(store, send) {
  return function press(anchor) {
    const wanted = !isMeantToPlay(store.state());
    const answer = showPending(store, "playing", "wanted", wanted, send(wanted ? play() : pause()));
    const hinted = answer.then(() => hintForEveryone(anchor, wanted ? "Playing" : "Paused"));
    return showRefusal(anchor, hinted);
  };
}

export function drawPlayToggle(button, state) {
  const plays = isMeantToPlay(state);
  button.classList.toggle("is-playing", plays);
  button.setAttribute("aria-label", plays ? "Pause" : "Play");
  button.title = plays ? "Pause for everyone" : "Play for everyone";
}
