// Skip and previous mean the song that the page shows: where somebody else was quicker, or the song
// has just ended by itself, the one after it stays.

import { previous, skip } from "./commands.js";
import { tellForEveryone } from "./hints.js";
import { explain, say } from "./refusals.js";

const TOO_LATE = "That song is over already.";

export function createSkipping(store, send) {
  const mean = (command, done) => async (anchor) => {
    const songId = store.state().nest?.song?.song_id ?? null;
    const answer = await explain(anchor, send(command(songId)));
    if (songId !== null && answer?.changed === false) say(anchor, TOO_LATE);
    else if (answer) tellForEveryone(anchor, done);
  };
  return { skip: mean(skip, "Skipped"), previous: mean(previous, "Gone back") };
}
