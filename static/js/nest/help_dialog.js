// The keys one can press, and what a browser leaves out where the page came over plain HTTP.

import { openOnAction } from "../core/dialogs.js";
import { part, show } from "../core/dom.js";

export function mountHelpDialog(dialog) {
  openOnAction(dialog, "help");
  show(part(dialog, "insecure-note"), !window.isSecureContext);
}
