// The keys one can press.

import { opensWith } from "../dialogs.js";

export function mountHelp(dialog) {
  opensWith(dialog, "help");
}
