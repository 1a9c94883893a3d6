// The DJ among the people of a nest: marked, and named by whoever may name one.

import { nameDj } from "../core/commands.js";
import { part, setText, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";
import { hasDj, isDj } from "../core/rights.js";

export function nameAnother(button, send) {
  return showRefusal(button, send(nameDj(button.closest("li").dataset.key)));
}

export function drawDj(row, person, state) {
  const { nest, you } = state;
  const isTheDj = hasDj(nest) && nest.dj.id === person.id;
  const mayName = hasDj(nest) && !isTheDj && !person.is_guest && (isDj(state) || you.may.name_dj);
  show(part(row, "dj"), isTheDj);
  const button = part(row, "name-dj");
  show(button, mayName);
  setText(button, isDj(state) ? "Pass on" : "Make DJ");
  button.setAttribute("aria-label", isDj(state) ? `Pass on to ${person.name}` : `Make ${person.name} the DJ`);
}
