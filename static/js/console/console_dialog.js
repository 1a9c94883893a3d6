// The console: what the nest's creator sets up beyond the house rules. A draft is tried out on the page
// at once, saved as one change, and gone with Cancel.

import { getJson, patchJson, postJson } from "../core/api.js";
import { copyText } from "../core/clipboard.js";
import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { formatDayAndTime } from "../core/format.js";
import { loadStyle } from "../core/load_later.js";
import { showRefusal, showRefusalIn, writeRefusal } from "../core/refusal_display.js";
import { drawBender, readBender } from "./bender_form.js";
import { findFault } from "./contrast.js";
import { followPeople } from "./moderation_tab.js";
import { readTheme, wearTheme } from "./theme_properties.js";
import { drawTheme, noteColour, readThemeForm, resetColour } from "./theme_form.js";

const NEEDS = { theme: ["theme"], bender: ["bender"], moderation: ["moderation"] };
const GENERAL_NEEDS = { vanity_code: "vanity", is_private: "invite_only" };

export function mountConsoleDialog(root, dialog, store) {
  loadStyle(dialog);
  new ConsoleDialog(root, dialog, store).mount();
}

class ConsoleDialog {
  #root;
  #dialog;
  #form;
  #store;
  #drawPeople;
  #address = `/api/nests/${window.NEST_CODE}`;
  #kept = null; // as the server told it last; null while nothing is open

  constructor(root, dialog, store) {
    this.#root = root;
    this.#dialog = dialog;
    this.#store = store;
    this.#form = part(dialog, "form");
    this.#drawPeople = followPeople(dialog, store, { address: this.#address, after: () => this.#read() });
  }

  mount() {
    const dialog = this.#dialog;
    openOnAction(dialog, "console", () => this.#open());
    dialog.addEventListener("close", () => this.#leave());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#form.addEventListener("input", ({ target }) => {
      noteColour(this.#form, target);
      if (this.#kept) this.#tryOut();
    });
    part(dialog, "tabs").addEventListener("change", ({ target }) => this.#showTab(target.value));
    onAction(dialog, "console-cancel", () => dialog.close());
    onAction(dialog, "no-accent", () => this.#clear("accent"));
    onAction(dialog, "no-background", () => this.#clear("background"));
    onAction(dialog, "copy-invitation", () => copyText(part(dialog, "invitation").value, part(dialog, "invitation")));
    onAction(dialog, "rotate-invitation", (button) => this.#rotate(button));
  }

  async #open() {
    writeRefusal(part(this.#dialog, "error"), "");
    this.#showTab("general");
    await this.#read();
  }

  #leave() {
    this.#kept = null;
    wearTheme(this.#root, readTheme(this.#store.state().nest.nest));
  }

  async #read() {
    await showRefusalIn(part(this.#dialog, "error"), getJson(`${this.#address}/admin`).then((told) => this.#draw(told)));
  }

  #draw(told) {
    const isAnew = this.#kept === null;
    this.#kept = told;
    if (isAnew) fill(this.#form, told);
    drawNotes(this.#dialog, told);
    drawInvitation(this.#dialog, told);
    this.#drawPeople(told.banlist);
  }

  #tryOut() {
    const theme = readThemeForm(this.#form);
    wearTheme(this.#root, theme);
    setText(part(this.#dialog, "contrast"), findFault(theme));
  }

  #clear(colour) {
    resetColour(this.#form, colour);
    this.#tryOut();
  }

  async #rotate(button) {
    if (await showRefusal(button, postJson(`${this.#address}/invites/rotate`))) await this.#read();
  }

  async #save() {
    const wishes = findChanges(readForm(this.#form, this.#kept), this.#kept);
    const isNew = Object.keys(wishes).length > 0;
    this.#form.inert = true;
    const isDone = !isNew || (await showRefusalIn(part(this.#dialog, "error"), patchJson(`${this.#address}/admin`, wishes)));
    this.#form.inert = false;
    if (isDone) this.#dialog.close();
  }

  #showTab(name) {
    for (const tab of this.#dialog.querySelectorAll("[data-tab]")) show(tab, tab.dataset.tab === name);
    this.#form.elements.tab.value = name;
    const isDoneAtOnce = name === "moderation";
    show(part(this.#dialog, "save"), !isDoneAtOnce);
    setText(part(this.#dialog, "cancel"), isDoneAtOnce ? "Close" : "Cancel");
    part(this.#dialog, "scroll").scrollTop = 0;
  }
}

function fill(form, told) {
  form.elements.name.value = told.name;
  form.elements.vanity_code.value = told.vanity_code ?? "";
  form.elements.is_private.checked = told.is_private;
  drawTheme(form, told.theme);
  drawBender(form, told.bender);
}

function readForm(form, { bender }) {
  return {
    name: form.elements.name.value.trim(),
    vanity_code: form.elements.vanity_code.value.trim().toLowerCase() || null,
    is_private: form.elements.is_private.checked,
    theme: readThemeForm(form),
    bender: readBender(form, bender),
  };
}

// Only what was changed: what a plan does not open is not asked for.
function findChanges(wanted, kept) {
  const changes = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null || typeof value !== "object") {
      if (value !== kept[name]) changes[name] = value;
      continue;
    }
    const inside = Object.entries(value).filter(([field, each]) => JSON.stringify(each) !== JSON.stringify(kept[name][field]));
    if (inside.length) changes[name] = Object.fromEntries(inside);
  }
  return changes;
}

function drawNotes(dialog, { features, updated }) {
  for (const tab of dialog.querySelectorAll("[data-tab]")) {
    const name = tab.dataset.tab;
    const needed = NEEDS[name] ?? [];
    show(part(tab, "plan"), !needed.every((each) => features.includes(each)));
    setText(part(tab, "updated"), describeUpdate(updated[name]));
  }
  for (const [field, feature] of Object.entries(GENERAL_NEEDS)) show(part(dialog, `plan-${field}`), !features.includes(feature));
}

function describeUpdate(update) {
  if (!update) return "Nobody has changed this yet.";
  return `${update.by.name || "Somebody"} changed this last: ${formatDayAndTime(Date.parse(update.at))}.`;
}

function drawInvitation(dialog, { is_private: isPrivate, invite_url: url }) {
  show(part(dialog, "invited"), isPrivate);
  part(dialog, "invitation").value = url ?? "";
}
