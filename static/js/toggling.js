// Play and pause: the button shows what was pressed at once, the nest has the last word.

import { pause, play } from "./commands.js";
import { tellForEveryone } from "./hints.js";
import { explain } from "./refusals.js";

function isMeantToPlay({ nest, playInFlight }) {
  return playInFlight ?? Boolean(nest?.playback.is_playing);
}

export function createToggling(store, send) {
  let underWay = 0;

  return async function press(anchor) {
    const wanted = !isMeantToPlay(store.state());
    store.set({ playInFlight: wanted });
    underWay += 1;
    await explain(anchor, send(wanted ? play() : pause()).then(() => tellForEveryone(anchor, wanted ? "Playing" : "Paused")));
    underWay -= 1;
    if (underWay === 0) store.set({ playInFlight: null });
  };
}

export function drawToggle(button, state) {
  const plays = isMeantToPlay(state);
  button.classList.toggle("is-playing", plays);
  button.setAttribute("aria-label", plays ? "Pause" : "Play");
  button.title = plays ? "Pause for everyone" : "Play for everyone";
}
