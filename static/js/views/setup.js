// This nest: what it is set to, for everyone to see and for its creator to change.

import { changeNestSettings } from "../commands.js";
import { opensWith } from "../dialogs.js";
import { part, setText, show } from "../dom.js";

const HEARD = "library"; // The one catalogue whose sound we may measure, and Bender go by.

export function mountSetup(dialog, store, send) {
  if (!dialog) return;
  const form = part(dialog, "form");

  opensWith(dialog, "setup", () => {
    refuse("");
    render(store.state());
  });
  store.subscribe((state, before) => {
    const isNew = state.nest?.nest !== before.nest?.nest || state.you !== before.you;
    if (isNew && dialog.open) render(state);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => change(target));

  async function change({ name, type, checked, value }) {
    refuse("");
    try {
      await send(changeNestSettings({ [name]: type === "checkbox" ? checked : value }));
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      refuse(refusal.message);
      render(store.state());
    }
  }

  function refuse(sentence) {
    setText(part(dialog, "error"), sentence);
    show(part(dialog, "error"), sentence !== "");
  }

  function render({ nest, you }) {
    if (!nest) return;
    const { nest: set } = nest;
    const mayChange = you.may.change_nest_settings;
    for (const field of form.elements) {
      field.disabled = !mayChange || (set.is_main && field.name === "catalogue");
      if (field.type === "checkbox") field.checked = set[field.name];
      if (field.type === "radio") field.checked = set[field.name] === field.value;
    }
    const ways = part(dialog, "ways");
    if (ways) show(ways, set.bender && set.catalogue === HEARD);
    setText(part(dialog, "note"), set.is_main ? "Whoever runs this server sets up the Main Nest." : "Whoever built this nest may change it.");
    show(part(dialog, "note"), !mayChange);
  }
}
