// Jams and comments on what plays now; the thread lies over the cover and moves nothing.

import { commentsOf, hasMyJam, jamsOf } from "../cheers.js";
import { drawCrowd } from "../crowd.js";
import { onAction, part, prefersStillness, setText, show } from "../dom.js";
import { counted } from "../format.js";
import { createJamming, pressed } from "../jamming.js";
import { createTalk } from "../talk.js";

const CONCERNS = ["jamsInFlight", "saying", "you"];

export function mountCheers(root, store, send) {
  const room = part(root, "talk-room");
  const jam = createJamming(store, send);
  const talk = createTalk(store, send, () => store.state().nest?.song);
  room.append(talk.element);

  store.subscribe((state, before) => {
    const changed = CONCERNS.some((name) => state[name] !== before[name]);
    if (state === before || changed || state.nest?.song !== before.nest?.song) render(root, talk, state);
    if (state.nest && !state.nest.song && !room.hidden) reveal(false);
  });
  onAction(root, "jam", (button) => jam(button, store.state().nest.song));
  onAction(root, "talk", () => {
    reveal(room.hidden);
    if (room.hidden) return;
    talk.focus();
    room.scrollIntoView({ block: "nearest", behavior: prefersStillness() ? "auto" : "smooth" });
  });
  room.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    reveal(false);
    part(root, "talk").focus();
  });

  function reveal(isOpen) {
    show(room, isOpen);
    part(root, "talk").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) talk.render(store.state());
  }
}

function render(root, talk, state) {
  const song = state.nest?.song;
  part(root, "jam").disabled = !song;
  if (!song) return drawCrowd(part(root, "jams"), []);

  const comments = commentsOf(song, state);
  pressed(part(root, "jam"), hasMyJam(song, state), song.title);
  drawCrowd(part(root, "jams"), jamsOf(song, state), { most: 5 });
  setText(part(root, "comments-count"), comments.length ? String(comments.length) : "");
  const many = comments.length ? `, ${counted(comments.length, "comment", "comments")}` : "";
  part(root, "talk").setAttribute("aria-label", `Talk about ${song.title}${many}`);
  talk.render(state);
}
