// Share Nest: the link on the clipboard, the code to say aloud, the QR code to hold up.

import { copy } from "../clipboard.js";
import { opensWith } from "../dialogs.js";
import { onAction, part, setText } from "../dom.js";

const COPIED_MS = 2_000;

export function mountShare(dialog, store) {
  const link = part(dialog, "link");
  store.subscribe(({ nest }) => {
    if (nest) link.value = fromHere(nest.nest.share_url);
  });
  opensWith(dialog, "share", () => {
    part(dialog, "qr").src = `/api/nests/${window.NEST_CODE}/qr.svg`;
    toClipboard();
  });
  onAction(dialog, "copy-link", toClipboard);

  async function toClipboard() {
    if (!(await copy(link.value, link))) return;
    setText(part(dialog, "copy-label"), "Copied");
    setTimeout(() => setText(part(dialog, "copy-label"), "Copy"), COPIED_MS);
  }
}

// Events are the same text for everybody; by which name this house was reached only the page knows.
function fromHere(address) {
  return new URL(new URL(address).pathname, document.body.dataset.shareUrl).href;
}
