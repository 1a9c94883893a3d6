// The line that is sung and the one after it, readable from five metres.

import { part, setText, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { FollowedLyrics } from "./followed_lyrics.js";

export function mountWallLyrics(root, store, clock) {
  const place = part(root, "lyrics");
  let lines = [];
  const lyrics = new FollowedLyrics(store, clock, {
    show: (words) => {
      lines = words;
      show(place, lines.length > 0);
      mark(-1);
    },
    mark,
  });

  store.subscribe((state, before) => {
    if (state === before || state.nest?.song !== before.nest?.song) render(state);
    if (state.nest?.playback !== before.nest?.playback) lyrics.follow();
  });

  // A wall without the words of a song is a wall.
  function render({ nest }) {
    catchRefusal(lyrics.open(nest?.song?.lyrics === "timed" ? nest.song : null), () => {});
  }

  function mark(index) {
    setText(part(place, "sung"), lines[index]?.text ?? "");
    setText(part(place, "coming"), lines.slice(index + 1).find(({ text }) => text)?.text ?? "");
  }
}
