// Skip and previous mean the song that the page shows: where somebody else was quicker, or the song
// has just ended by itself, the one after it stays.

import { previous, skip } from "../core/commands.js";
import { hintForEveryone } from "./everyone_hint.js";
import { showRefusal, showBubble } from "../core/refusal_display.js";

const TOO_LATE = "That song is over already.";

export function createSkip(store, send) {
  const press = (command, done) => async (anchor) => {
    const songId = store.state().nest?.song?.song_id ?? null;
    const answer = await showRefusal(anchor, send(command(songId)));
    if (answer?.voted) return;
    if (songId !== null && answer?.changed === false) showBubble(anchor, TOO_LATE);
    else if (answer) hintForEveryone(anchor, done);
  };
  return { skip: press(skip, "Skipped"), previous: press(previous, "Gone back") };
}
