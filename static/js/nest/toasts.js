// What can still be taken back, for as long as it can; and which song could not be played.

import { undo } from "../core/commands.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";

const SHOWN = 3;
const READ_WITHIN_MS = 8_000;
const DECIDED = { listener_muted: "muted", listener_unmuted: "unmuted", listener_kicked: "kicked", listener_banned: "banned" };

export function mountToasts(root, store, send) {
  const drop = (token) =>
    store.set({ undoable: store.state().undoable.filter((offer) => offer.token !== token) });

  store.subscribe((state, before) => {
    const failure = state.nest?.failure;
    if (failure && failure !== before.nest?.failure) store.set({ undoable: [...state.undoable, describeFailure(failure)] });
  });
  store.subscribe((state, before) => {
    const decision = state.nest?.decision;
    if (decision && DECIDED[decision.type] && decision !== before.nest?.decision) {
      store.set({ undoable: [...store.state().undoable, describeDecision(decision, state.you)] });
    }
  });
  store.subscribe(({ listenersWaiting, undoable }, before) => {
    if (listenersWaiting === before.listenersWaiting || !listenersWaiting?.person) return;
    store.set({ undoable: [...undoable, describeKnock(listenersWaiting)] });
  });
  store.subscribe((state, before) => {
    if (state.undoable === before.undoable) return;
    const offers = state.undoable.slice(-SHOWN);
    reconcile(root, offers, {
      key: (offer) => offer.token,
      make: (offer) => makeToast(offer, drop),
      update: (toast, offer) => setText(part(toast, "sentence"), offer.sentence),
    });
  });
  onAction(root, "undo", (button) => {
    const token = button.closest(".toast").dataset.key;
    showRefusal(button, send(undo(token)).then(() => drop(token)));
  });
}

function describeKnock({ count, person }) {
  const until = performance.now() + READ_WITHIN_MS;
  return { token: `knock ${person.id} ${count}`, sentence: `${person.name} asks to come in.`, until, isNotice: true };
}

function describeDecision({ type, rev, person }, you) {
  const who = person.id === you.id ? "You were" : `${person.name} was`;
  return { token: `decided ${rev}`, sentence: `${who} ${DECIDED[type]}.`, until: performance.now() + READ_WITHIN_MS, isNotice: true };
}

function describeFailure({ song_id: songId, title, reason }) {
  const sentence = `${title} could not be played. ${reason}`;
  return { token: `failed ${songId}`, sentence, until: performance.now() + READ_WITHIN_MS, isNotice: true };
}

function makeToast({ token, until, isNotice = false }, drop) {
  const toast = clone("toast-template");
  toast.classList.toggle("is-notice", isNotice);
  show(part(toast, "undo"), !isNotice);
  const left = until - performance.now();
  setTimeout(() => drop(token), left);
  part(toast, "time").animate([{ scale: "1 1" }, { scale: "0 1" }], { duration: left, fill: "both" });
  return toast;
}
