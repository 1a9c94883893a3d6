// Everybody who listens, by name.

import { opensWith } from "../dialogs.js";
import { clone, part, reconcile, setText } from "../dom.js";
import { drawFace } from "../faces.js";

export function mountPeople(dialog, store) {
  const render = () => dialog.open && list(part(dialog, "people"), store.state());
  opensWith(dialog, "people", render);
  store.subscribe(render);
}

function list(root, { nest, you }) {
  reconcile(root, nest?.listeners ?? [], {
    key: (person) => person.email,
    make: () => clone("person-template"),
    update: (row, person) => {
      drawFace(row.querySelector(".face"), person);
      setText(part(row, "name"), person.email === you.email ? `${person.name} (you)` : person.name);
    },
  });
}
