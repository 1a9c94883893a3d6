// A nest's own theme, on everybody's page.

import { readTheme, wearTheme } from "./theme_properties.js";

export function mountNestTheme(root, store) {
  let worn = null;
  store.subscribe(({ nest }) => {
    const theme = nest && readTheme(nest.nest);
    if (!nest || JSON.stringify(theme) === worn) return;
    worn = JSON.stringify(theme);
    wearTheme(root, theme);
  });
}
