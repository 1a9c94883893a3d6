// A theme as one chooses it. A colour that is not chosen is as each person likes it.

import { show } from "../core/dom.js";

const COLOURS = ["accent", "background"];
const SHOWN = { accent: "#1db954", background: "#101418" }; // What the picker begins at.

export function drawTheme(form, theme) {
  for (const name of COLOURS) {
    const field = form.elements[name];
    field.value = theme[name] ?? SHOWN[name];
    mark(form, field, theme[name] !== null);
  }
  form.elements.font.value = theme.font ?? "";
}

export function readThemeForm(form) {
  const [accent, background] = COLOURS.map((name) => ("chosen" in form.elements[name].dataset ? form.elements[name].value : null));
  return { accent, background, font: form.elements.font.value || null };
}

// A colour that somebody has just picked is chosen.
export function noteColour(form, field) {
  if (COLOURS.includes(field.name)) mark(form, field, true);
}

export function resetColour(form, name) {
  mark(form, form.elements[name], false);
}

function mark(form, field, isChosen) {
  if (isChosen) field.dataset.chosen = "";
  else delete field.dataset.chosen;
  show(form.querySelector(`[data-action=no-${field.name}]`), isChosen);
  show(form.querySelector(`[data-part=no-${field.name}]`), !isChosen);
}
