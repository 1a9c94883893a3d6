// What can still be taken back, for as long as it can; and which song could not be played.

import { undo } from "../commands.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { explain } from "../refusals.js";

const SHOWN = 3;
const READ_WITHIN_MS = 8_000;

export function mountToasts(root, store, send) {
  const drop = (token) =>
    store.set({ undoable: store.state().undoable.filter((offer) => offer.token !== token) });

  store.subscribe((state, before) => {
    const failure = state.nest?.failure;
    if (failure && failure !== before.nest?.failure) store.set({ undoable: [...state.undoable, noticeOf(failure)] });
  });
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

function noticeOf({ song_id: songId, title, reason }) {
  const sentence = `${title} could not be played. ${reason}`;
  return { token: `failed ${songId}`, sentence, until: performance.now() + READ_WITHIN_MS, isNotice: true };
}

function begin({ token, until, isNotice = false }, drop) {
  const toast = clone("toast-template");
  toast.classList.toggle("is-notice", isNotice);
  show(part(toast, "undo"), !isNotice);
  const left = until - performance.now();
  setTimeout(() => drop(token), left);
  part(toast, "time").animate([{ scale: "1 1" }, { scale: "0 1" }], { duration: left, fill: "both" });
  return toast;
}
