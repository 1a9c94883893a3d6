// What can still be taken back, for as long as it can.

import { undo } from "../commands.js";
import { clone, onAction, part, reconcile, setText } from "../dom.js";
import { explain } from "../refusals.js";

const SHOWN = 3;

export function mountToasts(root, store, send) {
  const drop = (token) =>
    store.set({ undoable: store.state().undoable.filter((offer) => offer.token !== token) });

  store.subscribe((state, before) => {
    if (state.undoable === before.undoable) return;
    const offers = state.undoable.slice(-SHOWN);
    reconcile(root, offers, {
      key: (offer) => offer.token,
      make: (offer) => begin(offer, drop),
      update: (toast, offer) => setText(part(toast, "sentence"), offer.sentence),
    });
  });
  onAction(root, "undo", (button) => {
    const token = button.closest(".toast").dataset.key;
    explain(button, send(undo(token)).then(() => drop(token)));
  });
}

function begin({ token, until }, drop) {
  const toast = clone("toast-template");
  const left = until - performance.now();
  setTimeout(() => drop(token), left);
  part(toast, "time").animate([{ scale: "1 1" }, { scale: "0 1" }], { duration: left, fill: "both" });
  return toast;
}
