// A nest's own theme on its card in the lobby.

import { readTheme, wearTheme } from "./theme_properties.js";

export function dressCard(card, nest) {
  const theme = readTheme(nest);
  wearTheme(card, theme);
  card.classList.toggle("has-theme", Object.values(theme).some(Boolean));
  card.classList.toggle("has-ground", Boolean(theme.background));
  card.classList.toggle("has-accent", Boolean(theme.accent));
}
