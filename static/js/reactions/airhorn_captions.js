// Airhorns for the eye: who blew which, for everyone who cannot or does not hear it.

import { findNewAirhorn } from "./reactions.js";
import { setText } from "../core/dom.js";
import { AIRHORNS } from "../players/airhorn_sounds.js";

const STAYS_MS = 3_500;

export function mountAirhornCaptions(root, store, clock) {
  let leaving = null;
  store.subscribe(({ nest }, before) => {
    const horn = findNewAirhorn(before.nest, nest, clock.now());
    if (!horn) return;
    setText(root, `${horn.person.name} · ${AIRHORNS[horn.name]?.label ?? horn.name}`);
    clearTimeout(leaving);
    leaving = setTimeout(() => setText(root, ""), STAYS_MS);
  });
}
