// Share Nest: the link on the clipboard, the code to say aloud, the QR code to hold up.

import { copyText } from "../core/clipboard.js";
import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText } from "../core/dom.js";

const COPIED_MS = 2_000;

export function mountShareNest(dialog, store) {
  const link = part(dialog, "link");
  store.subscribe(({ nest }) => {
    if (nest) link.value = makeLink(nest.nest.share_url);
  });
  openOnAction(dialog, "share", () => {
    part(dialog, "qr").src = `/api/nests/${window.NEST_CODE}/qr.svg`;
    copyLink();
  });
  onAction(dialog, "copy-link", copyLink);

  async function copyLink() {
    if (!(await copyText(link.value, link))) return;
    setText(part(dialog, "copy-label"), "Copied");
    setTimeout(() => setText(part(dialog, "copy-label"), "Copy"), COPIED_MS);
  }
}

// Events are the same text for everybody; by which name this server was reached only the page knows.
function makeLink(address) {
  return new URL(new URL(address).pathname, document.body.dataset.shareUrl).href;
}
