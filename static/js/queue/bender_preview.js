// Bender's idea, at the end of the queue: what he would play next, why, and what one may say to it.

import { filterPreview, queuePreview } from "../core/commands.js";
import { drawCover } from "../core/covers.js";
import { drawAvatarStack } from "../listeners/avatar_stack.js";
import { animate, onAction, part, setText, show } from "../core/dom.js";
import { isolateDirection } from "../core/format.js";
import { showRefusal } from "../core/refusal_display.js";

export function mountBenderPreview(root, store, send) {
  const idea = () => store.state().nest.preview.track.uri;

  store.subscribe((state, before) => {
    const [preview, previous] = [state.nest?.preview, before.nest?.preview];
    if (preview === previous && state !== before) return;
    render(root, preview, state);
    if (preview && previous) animate(root, [{ opacity: 0, transform: "translateY(8px)" }, { opacity: 1, transform: "none" }]);
  });
  onAction(root, "queue-preview", (button) => showRefusal(button, send(queuePreview(idea()))));
  onAction(root, "filter-preview", (button) => showRefusal(button, send(filterPreview(idea()))));
}

function render(root, preview, { nest }) {
  show(root, Boolean(preview));
  if (!preview) return;

  const { track, reason } = preview;
  drawCover(root.querySelector(".cover"), track);
  setText(part(root, "title"), track.title);
  setText(part(root, "line"), isolateDirection(track.artist));
  show(part(root, "explicit"), Boolean(track.explicit));
  drawAvatarStack(part(root, "original"), preview.original_user ? [jamOf(preview, nest)] : []);
  setText(part(root, "reason"), reason);
  root.querySelector("[data-action=queue-preview]").setAttribute("aria-label", `Queue ${track.title}`);
  root.querySelector("[data-action=filter-preview]").setAttribute("aria-label", `Not ${track.title}, something else`);
}

// Whoever brought a throwback once will be its first jam.
function jamOf({ original_user: id, original_name: name }, { listeners }) {
  const person = listeners.find((each) => each.id === id);
  return { id, name, picture: "", ...person, throwback: true };
}
