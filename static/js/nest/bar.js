// The nest bar: where one is, how many listen, and the ways in and out.

import { changeNestSettings } from "../core/commands.js";
import { copyText } from "../core/clipboard.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { drawAvatar } from "../listeners/avatars.js";
import { showRefusal, showBubble } from "../core/refusal_display.js";
import { watchScrolling } from "../core/scrolling.js";

const COPIED_MS = 1_500;

export function mountBar(root, store, send) {
  const me = part(root, "me");
  drawAvatar(me, { id: me.dataset.id, name: me.dataset.name, picture: me.dataset.picture });
  watchScrolling();
  store.subscribe((state) => render(root, state));
  onAction(root, "copy-code", (badge) => copyCode(badge));
  if (part(root, "rename")) mountRename(root, store, send);
}

function render(root, { nest, you }) {
  if (!nest) return;
  setText(part(root, "name"), nest.nest.name);
  setText(part(root, "count"), String(nest.count));
  document.title = formatTitle(nest);
  const pencil = root.querySelector("[data-action=rename]");
  if (pencil) show(pencil, you.may.change_nest_settings);
}

function formatTitle({ song, nest }) {
  return song ? `${song.title} – ${song.artist} · ${nest.name}` : `${nest.name} · Andre`;
}

async function copyCode(badge) {
  const code = part(badge, "code");
  if (!(await copyText(window.NEST_CODE))) return showBubble(badge, `The code is ${window.NEST_CODE}.`);
  setText(code, "copied");
  setTimeout(() => setText(code, window.NEST_CODE), COPIED_MS);
}

function mountRename(root, store, send) {
  const [form, name] = [part(root, "rename"), part(root, "name")];
  const field = form.elements.name;
  const edit = (editing) => {
    show(form, editing);
    show(name, !editing);
  };
  const done = () => {
    edit(false);
    root.querySelector("[data-action=rename]").focus();
  };

  onAction(root, "rename", () => {
    edit(true);
    field.value = store.state().nest.nest.name;
    field.select();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showRefusal(name, send(changeNestSettings({ name: field.value })));
    done();
  });
  field.addEventListener("keydown", (event) => event.key === "Escape" && done());
  field.addEventListener("blur", () => edit(false));
}
