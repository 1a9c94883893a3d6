// The small player, for a phone that has scrolled past the big one, or has the chat before it.

import { drawCover } from "../core/covers.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { createSkip } from "./skip.js";
import { createPlayToggle, drawPlayToggle } from "./optimistic_toggle.js";

export function mountMiniPlayer(root, store, send) {
  let isPast = false;
  const watcher = new window.IntersectionObserver(([entry]) => {
    isPast = !entry.isIntersecting && entry.boundingClientRect.top < 0;
    document.body.classList.toggle("is-past", isPast); // A video comes along, so that it stays in sight.
    render();
  });
  watcher.observe(document.querySelector("#now-playing .transport"));
  store.subscribe(render);
  onAction(root, "toggle", createPlayToggle(store, send));
  onAction(root, "skip", createSkip(store, send).skip);

  function render() {
    const { nest } = store.state();
    const song = nest?.song;
    const isNeeded = isPast || store.state().chat.isOpen;
    show(root, isNeeded && Boolean(song));
    if (!song || !isNeeded) return;
    drawCover(root.querySelector(".cover"), song);
    setText(part(root, "title"), song.title);
    setText(part(root, "artist"), song.artist);
    drawPlayToggle(part(root, "toggle"), store.state());
  }
}
