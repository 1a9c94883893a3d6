// Everybody who listens, by name; with what may be done about them, for whoever looks after the nest.

import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { isOpenedByPlan, mayModerate } from "../core/rights.js";
import { drawAvatar } from "./avatars.js";
import { drawDj, nameAnother } from "./dj_naming.js";

export function mountListenersDialog(dialog, store, send) {
  const render = () => dialog.open && list(part(dialog, "people"), store.state());
  openOnAction(dialog, "people", render);
  store.subscribe(render);
  onAction(dialog, "name-dj", (button) => nameAnother(button, send));
}

function list(root, state) {
  const { nest, you } = state;
  reconcile(root, nest?.listeners ?? [], {
    key: (person) => person.id,
    make: () => clone("person-template"),
    update: (row, person) => {
      drawAvatar(row.querySelector(".avatar"), person);
      setText(part(row, "name"), person.id === you.id ? `${person.name} (you)` : person.name);
      drawDj(row, person, state);
      drawDecisions(row, person, nest.muted.includes(person.id), mayModerate(person, state));
      for (const verb of ["kick", "ban"]) show(part(row, verb), isOpenedByPlan(`${verb}_listener`, you));
    },
  });
}

function drawDecisions(row, { name }, isMuted, mayDecide) {
  show(part(row, "is-muted"), isMuted);
  show(part(row, "more"), mayDecide);
  part(row, "more").setAttribute("aria-label", `More about ${name}`);
  part(row, "decisions").setAttribute("aria-label", name);
  setText(part(row, "mute"), isMuted ? "Unmute" : "Mute");
  if (!mayDecide) show(part(row, "decisions"), false);
}
