// Build a Nest: an optional name; then code and link are shown, and the page goes there.

import { post } from "../api.js";
import { copy } from "../clipboard.js";
import { opensWith } from "../dialogs.js";
import { onAction, part, setText, show } from "../dom.js";

const TIME_TO_READ_MS = 4_000;

export function mountBuild(dialog) {
  const form = part(dialog, "form");
  let leaving = null;

  opensWith(dialog, "build", () => {
    reset();
    form.elements.name.focus();
  });
  form.addEventListener("submit", build);
  dialog.addEventListener("close", () => clearTimeout(leaving));
  onAction(dialog, "copy-link", copyLink);

  async function build(event) {
    event.preventDefault();
    const name = form.elements.name.value.trim();
    show(part(dialog, "error"), false);
    form.inert = true;
    try {
      celebrate(await post("/api/nests", name ? { name } : {}), name);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      setText(part(dialog, "error"), refusal.message);
      show(part(dialog, "error"), true);
    } finally {
      form.inert = false;
    }
  }

  function celebrate(nest, name) {
    const address = name && nest.slug ? `/${nest.slug}` : `/nest/${nest.code}`;
    show(form, false);
    show(part(dialog, "built"), true);
    setText(part(dialog, "code"), nest.code);
    part(dialog, "link").value = nest.share_url;
    part(dialog, "go").href = address;
    part(dialog, "go").focus();
    leaving = setTimeout(() => location.assign(address), TIME_TO_READ_MS);
  }

  async function copyLink() {
    clearTimeout(leaving); // Who copies is not in a hurry; the button takes them there.
    const field = part(dialog, "link");
    if (await copy(field.value, field)) setText(part(dialog, "copy-label"), "Copied");
  }

  function reset() {
    form.reset();
    show(form, true);
    show(part(dialog, "built"), false);
    show(part(dialog, "error"), false);
    setText(part(dialog, "copy-label"), "Copy");
  }
}
