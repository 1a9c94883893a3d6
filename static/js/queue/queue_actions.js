// What one can do to the queue: each is shown at once, and taken back if the nest refuses.

import { castVote, clearQueue, removeSong } from "../core/commands.js";
import { showPending } from "../core/pending.js";
import { showRefusal } from "../core/refusal_display.js";
import { readMyVote } from "./song_row.js";

const UNDO_FOR_MS = 30_000;

export function createQueueActions(store, send) {
  // Pressed once more, a vote is taken back.
  function vote(button, song, direction) {
    const wanted = readMyVote(song, store.state()) === direction ? 0 : direction;
    return showRefusal(button, showPending(store, "votes", song.song_id, wanted, send(castVote(song.song_id, wanted))));
  }

  function remove(button, song) {
    const answer = showPending(store, "removals", song.song_id, true, send(removeSong(song.song_id)));
    return showRefusal(button, answer.then(offerUndo(`Removed “${song.title}”`)));
  }

  function clear(button) {
    return showRefusal(button, send(clearQueue()).then(offerUndo("Cleared the queue")));
  }

  const offerUndo = (sentence) => ({ undo_token: token }) => {
    const offer = { token, sentence, until: performance.now() + UNDO_FOR_MS };
    store.set({ undoable: [...store.state().undoable, offer] });
  };

  return { vote, remove, clear };
}
