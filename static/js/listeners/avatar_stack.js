// A few overlapping faces: who cheers for a song.

import { capList, joinNames } from "../reactions/reactions.js";
import { animate, clone, reconcile, setText } from "../core/dom.js";
import { drawAvatar } from "./avatars.js";

const MOST_FACES = 4;

export function drawAvatarStack(root, people, { most = MOST_FACES } = {}) {
  const { shown, more } = capList(people, most);
  const items = more ? [...shown, { id: "+", more }] : shown;
  const isFirst = !root.dataset.seen;
  root.dataset.seen = "yes";
  root.hidden = people.length === 0;
  root.setAttribute("aria-label", `Jams: ${joinNames(people)}`);
  const fresh = reconcile(root, items, {
    key: (person) => person.id,
    make: () => clone("avatar-template"),
    update: (face, person) => {
      face.classList.toggle("is-throwback", Boolean(person.throwback));
      if (person.more) setText(face, `+${person.more}`);
      else drawAvatar(face, person);
    },
  });
  if (!isFirst) fresh.forEach(pop);
}

function pop(face) {
  animate(face, [{ scale: 0 }, { scale: 1.25, offset: 0.7 }, { scale: 1 }], { duration: 300 });
}
