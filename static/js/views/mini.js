// The small player, for a phone that has scrolled past the big one.

import { skip, toggle } from "../commands.js";
import { drawCover } from "../covers.js";
import { onAction, part, setText, show } from "../dom.js";
import { explain } from "../refusals.js";

export function mountMini(root, store, send) {
  let isPast = false;
  const watcher = new window.IntersectionObserver(([entry]) => {
    isPast = !entry.isIntersecting && entry.boundingClientRect.top < 0;
    render();
  });
  watcher.observe(document.querySelector("#stage .transport"));
  store.subscribe(render);
  onAction(root, "toggle", (button) => explain(button, send(toggle())));
  onAction(root, "skip", (button) => explain(button, send(skip())));

  function render() {
    const { nest } = store.state();
    const song = nest?.song;
    show(root, isPast && Boolean(song));
    if (!song || !isPast) return;
    drawCover(root.querySelector(".cover"), song);
    setText(part(root, "title"), song.title);
    setText(part(root, "artist"), song.artist);
    part(root, "toggle").classList.toggle("is-playing", nest.playback.is_playing);
    part(root, "toggle").setAttribute("aria-label", nest.playback.is_playing ? "Pause" : "Play");
  }
}
