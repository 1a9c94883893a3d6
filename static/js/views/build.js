// Build a Nest: an optional name, and with one a song to begin from; then code and link are shown
// until one closes them or goes there.

import { post } from "../api.js";
import { copy } from "../clipboard.js";
import { opensWith } from "../dialogs.js";
import { onAction, part, setText, show } from "../dom.js";
import { createSeedPicker } from "../seedpicker.js";

export function mountBuild(dialog) {
  const form = part(dialog, "form");
  const seed = createSeedPicker(part(dialog, "more"), () => form.elements.catalogue?.value ?? null);

  form.elements.name.addEventListener("input", () => {
    show(part(dialog, "more"), form.elements.name.value.trim() !== "");
  });
  form.addEventListener("change", ({ target }) => target.name === "catalogue" && seed.forget());
  opensWith(dialog, "build", () => {
    reset();
    form.elements.name.focus();
  });
  form.addEventListener("submit", build);
  onAction(dialog, "copy-link", copyLink);

  async function build(event) {
    event.preventDefault();
    const name = form.elements.name.value.trim();
    show(part(dialog, "error"), false);
    form.inert = true;
    try {
      celebrate(await post("/api/nests", wish(name)), name);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      setText(part(dialog, "error"), refusal.message);
      show(part(dialog, "error"), true);
    } finally {
      form.inert = false;
    }
  }

  function wish(name) {
    const catalogue = form.elements.catalogue?.value;
    const plain = catalogue ? { catalogue } : {};
    if (!name) return plain;
    const [emoji, track] = [form.elements.emoji.value.trim(), seed.uri()];
    return { ...plain, name, ...(emoji && { emoji }), ...(track && { seed_track: track }) };
  }

  function celebrate(nest, name) {
    const address = name && nest.slug ? `/${nest.slug}` : `/nest/${nest.code}`;
    show(form, false);
    show(part(dialog, "built"), true);
    setText(part(dialog, "code"), nest.code);
    part(dialog, "link").value = nest.share_url;
    part(dialog, "go").href = address;
    part(dialog, "go").focus();
  }

  async function copyLink() {
    const field = part(dialog, "link");
    if (await copy(field.value, field)) setText(part(dialog, "copy-label"), "Copied");
  }

  function reset() {
    form.reset();
    seed.reset();
    show(part(dialog, "more"), false);
    show(form, true);
    show(part(dialog, "built"), false);
    show(part(dialog, "error"), false);
    setText(part(dialog, "copy-label"), "Copy");
  }
}
