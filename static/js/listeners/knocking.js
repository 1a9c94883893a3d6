// Who has asked to come in, in the dialog of people: for whoever may let them in.

import { getJson } from "../core/api.js";
import { approveListener, refuseListener } from "../core/commands.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";
import { isModerator } from "../core/rights.js";

export function mountKnocking(dialog, store, send) {
  const look = async () => {
    if (!isModerator(store.state())) return;
    const answer = await showRefusal(dialog, getJson(`/api/nests/${window.NEST_CODE}/door`));
    if (answer) drawKnocking(dialog, answer.waiting);
  };

  openOnAction(dialog, "people", look);
  store.subscribe(({ listenersWaiting, nest }, before) => {
    const isNew = listenersWaiting !== before.listenersWaiting || nest?.listeners !== before.nest?.listeners;
    if (dialog.open && isNew) look();
  });
  const decide = (command) => async (button) => {
    await showRefusal(button, send(command(button.closest("li").dataset.key)));
    look();
  };
  onAction(dialog, "approve", decide(approveListener));
  onAction(dialog, "refuse", decide(refuseListener));
}

function drawKnocking(dialog, waiting) {
  show(part(dialog, "knocking-section"), waiting.length > 0);
  reconcile(part(dialog, "knocking-people"), waiting, {
    key: ({ person }) => person.id,
    make: () => clone("knocking-template"),
    update: (row, { person: { name } }) => {
      setText(part(row, "name"), name);
      part(row, "approve").setAttribute("aria-label", `Let in ${name}`);
      part(row, "refuse").setAttribute("aria-label", `Turn away ${name}`);
    },
  });
}
