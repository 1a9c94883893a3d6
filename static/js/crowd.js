// A few overlapping faces: who cheers for a song.

import { capped, namesOf } from "./cheers.js";
import { animate, clone, reconcile, setText } from "./dom.js";
import { drawFace } from "./faces.js";

const MOST_FACES = 4;

export function drawCrowd(root, people, { most = MOST_FACES } = {}) {
  const { shown, more } = capped(people, most);
  const items = more ? [...shown, { email: "+", more }] : shown;
  const isFirst = !root.dataset.seen;
  root.dataset.seen = "yes";
  root.hidden = people.length === 0;
  root.setAttribute("aria-label", `Jams: ${namesOf(people)}`);
  const fresh = reconcile(root, items, {
    key: (person) => person.email,
    make: () => clone("crowd-template"),
    update: (face, person) => {
      face.classList.toggle("is-throwback", Boolean(person.throwback));
      if (person.more) setText(face, `+${person.more}`);
      else drawFace(face, person);
    },
  });
  if (!isFirst) fresh.forEach(pop);
}

function pop(face) {
  animate(face, [{ scale: 0 }, { scale: 1.25, offset: 0.7 }, { scale: 1 }], { duration: 300 });
}
