// Bender's idea, at the end of the queue: what he would play next, why, and what one may say to it.

import { filterPreview, queuePreview } from "../commands.js";
import { drawCover } from "../covers.js";
import { drawCrowd } from "../crowd.js";
import { animate, onAction, part, setText, show } from "../dom.js";
import { isolated } from "../format.js";
import { explain } from "../refusals.js";

export function mountPreview(root, store, send) {
  const idea = () => store.state().nest.preview.track.uri;

  store.subscribe((state, before) => {
    const [preview, previous] = [state.nest?.preview, before.nest?.preview];
    if (preview === previous && state !== before) return;
    render(root, preview, state);
    if (preview && previous) animate(root, [{ opacity: 0, transform: "translateY(8px)" }, { opacity: 1, transform: "none" }]);
  });
  onAction(root, "queue-preview", (button) => explain(button, send(queuePreview(idea()))));
  onAction(root, "filter-preview", (button) => explain(button, send(filterPreview(idea()))));
}

function render(root, preview, { nest }) {
  show(root, Boolean(preview));
  if (!preview) return;

  const { track, reason, original_user: original } = preview;
  drawCover(root.querySelector(".cover"), track);
  setText(part(root, "title"), track.title);
  setText(part(root, "line"), isolated(track.artist));
  show(part(root, "explicit"), Boolean(track.explicit));
  drawCrowd(part(root, "original"), original ? [jamOf(original, nest)] : []);
  setText(part(root, "reason"), reason);
  root.querySelector("[data-action=queue-preview]").setAttribute("aria-label", `Queue ${track.title}`);
  root.querySelector("[data-action=filter-preview]").setAttribute("aria-label", `Not ${track.title}, something else`);
}

// Whoever brought a throwback once will be its first jam.
function jamOf(email, { listeners }) {
  const person = listeners.find((each) => each.email === email);
  return { email, name: email.split("@")[0], picture: "", ...person, throwback: true };
}
