// The share dialog of whoever looks after a nest's guests: the invitation as a link and as a code to
// scan, renewed and closed; where guests are off, the nest's own link, and a button that lets them in.

import { deleteJson, getJson, postJson } from "../core/api.js";
import { copyText } from "../core/clipboard.js";
import { changeNestSettings } from "../core/commands.js";
import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { formatEnd } from "../core/format.js";
import { showRefusal } from "../core/refusal_display.js";

const COPIED_MS = 2_000;
const OFF = "Whoever has the link and an account can join. Guests need no account: they scan a code and type a name.";
const OPEN = "Whoever scans the code types a name and is a guest here: they listen, add songs, vote and cheer.";
const CLOSED = "The invitation is closed. Nobody else can come in; who is in stays.";

export function mountInvitation(dialog, store, send) {
  const address = `/api/nests/${window.NEST_CODE}/invitation`;
  const terms = part(dialog, "terms");
  const change = async (anchor, asked) => {
    const answer = await showRefusal(anchor, asked);
    if (answer) drawInvitation(dialog, answer);
  };
  const hasGuests = () => store.state().nest?.nest.guests;
  const look = () => {
    if (hasGuests()) change(dialog, getJson(address));
    else drawWithoutGuests(dialog);
  };

  openOnAction(dialog, "share", () => {
    look();
    if (!hasGuests()) copyLink(dialog); // As for everybody else: the link is what one came for.
  });
  store.subscribe(({ nest }, before) => {
    if (dialog.open && nest?.nest.guests !== before.nest?.nest.guests) look();
  });
  terms.addEventListener("submit", (event) => {
    event.preventDefault();
    change(terms, postJson(address, readTerms(terms.elements)));
  });
  onAction(dialog, "close-invitation", (button) => change(button, deleteJson(address)));
  onAction(dialog, "switch-guests-on", (button) => showRefusal(button, send(changeNestSettings({ guests: true }))));
  onAction(dialog, "copy-link", () => copyLink(dialog));
}

function readTerms({ hours, most_guests: most }) {
  return { hours: hours.value === "" ? null : Number(hours.value), most_guests: Number(most.value) };
}

function drawInvitation(dialog, { url, qr, ends_at: endsAt, most_guests: most }) {
  const isOpen = url !== null;
  show(part(dialog, "shown"), isOpen);
  show(part(dialog, "guests-off"), false);
  show(part(dialog, "terms"), true);
  show(part(dialog, "close-invitation"), isOpen);
  setText(part(dialog, "renew-label"), isOpen ? "Renew" : "Open it again");
  setText(part(dialog, "note"), isOpen ? `${OPEN} For ${most} guests${endsAt ? `, until ${formatEnd(Date.parse(endsAt))}` : ""}.` : CLOSED);
  part(dialog, "link").value = url ?? "";
  if (qr) part(dialog, "qr").src = `data:image/svg+xml,${encodeURIComponent(qr)}`;
}

function drawWithoutGuests(dialog) {
  show(part(dialog, "shown"), true);
  show(part(dialog, "terms"), false);
  show(part(dialog, "guests-off"), true);
  setText(part(dialog, "note"), OFF);
  part(dialog, "link").value = document.body.dataset.shareUrl;
  part(dialog, "qr").src = `/api/nests/${window.NEST_CODE}/qr.svg`;
}

async function copyLink(dialog) {
  const link = part(dialog, "link");
  if (!(await copyText(link.value, link))) return;
  setText(part(dialog, "copy-label"), "Copied");
  setTimeout(() => setText(part(dialog, "copy-label"), "Copy"), COPIED_MS);
}
