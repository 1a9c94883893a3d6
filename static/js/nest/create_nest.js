// Build a Nest: an optional name, and with one a song to begin from; then code and link are shown
// until one closes them or goes there.

import { postJson } from "../core/api.js";
import { copyText } from "../core/clipboard.js";
import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { showRefusalIn, writeRefusal } from "../core/refusal_display.js";
import { SeedPicker } from "./seed_picker.js";

export function mountCreateNest(dialog) {
  const form = part(dialog, "form");
  const seed = new SeedPicker(part(dialog, "more"), () => form.elements.catalogue?.value ?? null);

  form.elements.name.addEventListener("input", () => {
    show(part(dialog, "more"), form.elements.name.value.trim() !== "");
  });
  form.addEventListener("change", ({ target }) => target.name === "catalogue" && seed.forget());
  openOnAction(dialog, "create-nest", () => {
    reset(dialog, form, seed);
    form.elements.name.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    create(dialog, form, seed);
  });
  onAction(dialog, "copy-link", () => copyLink(dialog));
}

async function create(dialog, form, seed) {
  const settings = readSettings(form.elements, seed.uri());
  form.inert = true;
  const answer = postJson("/api/nests", settings).then((nest) => showCreated(dialog, nest, Boolean(settings.name)));
  await showRefusalIn(part(dialog, "error"), answer);
  form.inert = false;
}

// What goes to the server: what is said for a name goes along only with one.
function readSettings({ name, emoji, catalogue }, seedUri) {
  const named = name.value.trim();
  return {
    ...(catalogue?.value && { catalogue: catalogue.value }),
    ...(named && { name: named }),
    ...(named && emoji.value.trim() && { emoji: emoji.value.trim() }),
    ...(named && seedUri && { seed_track: seedUri }),
  };
}

function showCreated(dialog, nest, isNamed) {
  show(part(dialog, "form"), false);
  show(part(dialog, "built"), true);
  setText(part(dialog, "code"), nest.code);
  part(dialog, "link").value = nest.share_url;
  part(dialog, "go").href = isNamed && nest.slug ? `/${nest.slug}` : `/nest/${nest.code}`;
  part(dialog, "go").focus();
}

async function copyLink(dialog) {
  const field = part(dialog, "link");
  if (await copyText(field.value, field)) setText(part(dialog, "copy-label"), "Copied");
}

function reset(dialog, form, seed) {
  form.reset();
  seed.reset();
  show(part(dialog, "more"), false);
  show(form, true);
  show(part(dialog, "built"), false);
  writeRefusal(part(dialog, "error"), "");
  setText(part(dialog, "copy-label"), "Copy");
}
