// What all dialogs share: opened by any [data-action=name] of the page, closed by their backdrop.

import { onAction } from "./dom.js";

export function opensWith(dialog, action, onOpen = () => {}) {
  onAction(document.body, action, () => {
    document.querySelectorAll(".menu:popover-open").forEach((menu) => menu.hidePopover());
    if (!dialog.open) dialog.showModal();
    onOpen();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
