// Beside the page of a nest, where the server has the console: the nest's theme for everybody, and the
// console for who may. A page without it does not fetch this.

import { mountNestTheme } from "./console/nest_theme.js";
import { show } from "./core/dom.js";
import { loadOnAction } from "./core/load_later.js";
import { store } from "./nest_page.js";

const root = document.documentElement;
const dialog = document.getElementById("console");

mountNestTheme(root, store);
if (dialog) {
  loadOnAction("console", async () => (await import("./console/console_dialog.js")).mountConsoleDialog(root, dialog, store));
  show(document.querySelector("#bar [data-action=console]"), true);
}
