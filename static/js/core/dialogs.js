// What all dialogs share: opened by any [data-action=name] of the page, which `onOpen` is told, closed by
// their backdrop.

import { onAction } from "./dom.js";

export function openOnAction(dialog, action, onOpen = () => {}) {
  onAction(document.body, action, (button) => {
    document.querySelectorAll(".menu:popover-open").forEach((menu) => menu.hidePopover());
    if (!dialog.open) dialog.showModal();
    onOpen(button);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
