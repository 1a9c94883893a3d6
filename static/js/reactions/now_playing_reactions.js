// Jams and comments on what plays now; the thread lies over the cover and moves nothing.

import { readComments, hasMyJam, readJams } from "./reactions.js";
import { drawAvatarStack } from "../listeners/avatar_stack.js";
import { onAction, part, prefersStillness, setText, show } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { createJamToggle, drawJamButton } from "./jams.js";
import { CommentThread } from "./comments.js";

const CONCERNS = ["pending", "you"];

export function mountNowPlayingReactions(root, store, send) {
  const panel = part(root, "comments-panel");
  const jam = createJamToggle(store, send);
  const thread = new CommentThread(store, send, () => store.state().nest?.song);
  panel.append(thread.element);

  store.subscribe((state, before) => {
    const changed = CONCERNS.some((name) => state[name] !== before[name]);
    if (state === before || changed || state.nest?.song !== before.nest?.song) render(root, thread, state);
    if (state.nest && !state.nest.song && !panel.hidden) reveal(false);
  });
  onAction(root, "jam", (button) => jam(button, store.state().nest.song));
  onAction(root, "comments", () => {
    reveal(panel.hidden);
    if (panel.hidden) return;
    thread.focus();
    panel.scrollIntoView({ block: "nearest", behavior: prefersStillness() ? "auto" : "smooth" });
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    reveal(false);
    part(root, "comments-button").focus();
  });

  function reveal(isOpen) {
    show(panel, isOpen);
    part(root, "comments-button").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) thread.render(store.state());
  }
}

function render(root, thread, state) {
  const song = state.nest?.song;
  part(root, "jam").disabled = !song;
  if (!song) return drawAvatarStack(part(root, "jams"), []);

  const comments = readComments(song, state);
  drawJamButton(part(root, "jam"), hasMyJam(song, state), song.title);
  drawAvatarStack(part(root, "jams"), readJams(song, state), { most: 5 });
  setText(part(root, "comments-count"), comments.length ? String(comments.length) : "");
  const many = comments.length ? `, ${formatCount(comments.length, "comment", "comments")}` : "";
  part(root, "comments-button").setAttribute("aria-label", `Talk about ${song.title}${many}`);
  thread.render(state);
}
