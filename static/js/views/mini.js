// The small player, for a phone that has scrolled past the big one.

import { drawCover } from "../covers.js";
import { onAction, part, setText, show } from "../dom.js";
import { createSkipping } from "../skipping.js";
import { createToggling, drawToggle } from "../toggling.js";

export function mountMini(root, store, send) {
  let isPast = false;
  const watcher = new window.IntersectionObserver(([entry]) => {
    isPast = !entry.isIntersecting && entry.boundingClientRect.top < 0;
    document.body.classList.toggle("is-past", isPast); // A video comes along, so that it stays in sight.
    render();
  });
  watcher.observe(document.querySelector("#stage .transport"));
  store.subscribe(render);
  onAction(root, "toggle", createToggling(store, send));
  onAction(root, "skip", createSkipping(store, send).skip);

  function render() {
    const { nest } = store.state();
    const song = nest?.song;
    show(root, isPast && Boolean(song));
    if (!song || !isPast) return;
    drawCover(root.querySelector(".cover"), song);
    setText(part(root, "title"), song.title);
    setText(part(root, "artist"), song.artist);
    drawToggle(part(root, "toggle"), store.state());
  }
}
