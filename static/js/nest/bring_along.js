// How somebody else comes in, while nothing is queued: by the invitation for whoever looks after guests,
// since without an account that is the only way; else by the nest's own code.

import { getJson } from "../core/api.js";
import { part, setText, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";

export function mountBringAlong(root, store) {
  let shown = null; // "invitation", "code", or null while something is queued

  store.subscribe(({ nest }) => {
    const wanted = nest && nest.queue.length === 0 ? chooseWay(root, nest.nest) : null;
    if (wanted === shown) return;
    shown = wanted;
    show(root, wanted === "code");
    if (wanted === "code") drawCode(root);
    if (wanted === "invitation") drawInvitation(root);
  });
  // A dialog that closes may have renewed it.
  document.addEventListener("close", () => shown === "invitation" && drawInvitation(root), true);
}

function chooseWay(root, nest) {
  if (root.dataset.invites !== undefined && nest.guests) return "invitation";
  return nest.is_main ? null : "code";
}

function drawCode(root) {
  part(root, "qr").src = `/api/nests/${window.NEST_CODE}/qr.svg`;
  setText(part(root, "label"), "Bring somebody along:");
  show(part(root, "code"), true);
}

async function drawInvitation(root) {
  const told = await catchRefusal(getJson(`/api/nests/${window.NEST_CODE}/invitation`));
  show(root, Boolean(told?.qr)); // It may be closed.
  if (!told?.qr) return;
  part(root, "qr").src = `data:image/svg+xml,${encodeURIComponent(told.qr)}`;
  setText(part(root, "label"), "Bring somebody along: who scans this types a name and is in.");
  show(part(root, "code"), false);
}
