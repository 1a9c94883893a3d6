// Bender as one sets him up: on or off, how long he plays on alone, and how often each way of his is drawn.

import { clone, reconcile, setText } from "../core/dom.js";

export function drawBender(form, { enabled, max_minutes: minutes, weights, strategies }) {
  form.elements.enabled.checked = enabled;
  form.elements.max_minutes.value = minutes;
  reconcile(form.querySelector("[data-part=weights]"), Object.entries(strategies), {
    key: ([name]) => name,
    make: ([name]) => makeRow(name),
    update: (row, [name, weight]) => {
      const field = row.querySelector("input");
      field.value = weights?.[name] ?? "";
      field.placeholder = weight;
    },
  });
}

// Null is as the server has it: of all weights where none is said, and of the minutes where none are.
export function readBender(form, { strategies, max_minutes: before }) {
  const minutes = form.elements.max_minutes.value;
  const said = Object.keys(strategies).flatMap((name) => {
    const { value } = form.querySelector(`[data-weight="${name}"]`);
    return value === "" ? [] : [[name, Number(value)]];
  });
  return {
    enabled: form.elements.enabled.checked,
    max_minutes: minutes === "" ? null : minutes === String(before) ? before : Number(minutes),
    weights: said.length ? Object.fromEntries(said) : null,
  };
}

function makeRow(name) {
  const row = clone("weight-template");
  setText(row.querySelector("span"), name[0].toUpperCase() + name.slice(1).replaceAll("_", " "));
  row.querySelector("input").dataset.weight = name;
  return row;
}
