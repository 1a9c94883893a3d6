// The invitation on a wall that somebody opened who looks after the nest's guests: its code to scan, as
// it is now; else the nest's own.

import { getJson } from "../core/api.js";
import { part, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";

const LOOK_EVERY_MS = 30_000; // A renewed one is shown soon, and the old one to nobody for long.

export function mountWallInvitation(root, store) {
  const nests = `/api/nests/${window.NEST_CODE}`;
  const look = async () => {
    const isOn = Boolean(store.state().nest?.nest.guests);
    const told = isOn ? await catchRefusal(getJson(`${nests}/invitation`), () => {}) : null;
    draw(root, told?.qr ? `data:image/svg+xml,${encodeURIComponent(told.qr)}` : `${nests}/qr.svg`, Boolean(told?.qr));
  };

  store.subscribe((state, before) => {
    if (state === before || state.nest?.nest.guests !== before.nest?.nest.guests) look();
  });
  setInterval(look, LOOK_EVERY_MS);
}

function draw(root, source, isInvitation) {
  const picture = part(root, "qr");
  if (picture.getAttribute("src") !== source) picture.src = source;
  picture.alt = isInvitation ? "QR code with the invitation" : "QR code with the link to this nest";
  show(part(root, "invited"), isInvitation);
}
