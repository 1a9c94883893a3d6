// Tells a screen reader calmly which song began.

import { setText } from "../core/dom.js";

export function mountAnnouncer(root, store) {
  store.subscribe(({ nest }, before) => {
    const song = nest?.song;
    if (song && song.song_id !== before.nest?.song?.song_id) {
      setText(root, `Now playing: ${song.title} by ${song.artist}`);
    }
  });
}
