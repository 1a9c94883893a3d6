// Join a Nest: fly in by code, or choose one of the others.

import { ask } from "../api.js";
import { opensWith } from "../dialogs.js";
import { clone, part, reconcile, setText, show } from "../dom.js";

export function mountJoin(dialog) {
  const form = part(dialog, "form");
  const field = form.elements.code;
  const { maxLength: codeLength } = field; // As long as codes are on this server.

  opensWith(dialog, "join", () => {
    form.reset();
    refuse("");
    field.focus();
    list();
  });
  field.addEventListener("input", () => {
    field.value = field.value.toUpperCase().replace(/[^A-Z0-9]/g, "");
    refuse("");
    if (field.value.length === codeLength) flyIn();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    flyIn();
  });

  async function flyIn() {
    const code = field.value;
    if (code.length < codeLength) return refuse(`A code has ${codeLength} characters.`);
    try {
      const nest = await ask(`/api/nests/${code}`);
      location.assign(nest.is_main ? "/" : `/nest/${nest.code}`);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      refuse(refusal.error === "not_found" ? "No nest has this code. Check it with whoever sent it." : refusal.message);
      field.select();
    }
  }

  async function list() {
    try {
      const { nests } = await ask("/api/nests");
      render(dialog, nests.filter((nest) => nest.code !== window.NEST_CODE));
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      refuse(refusal.message);
    }
  }

  function refuse(sentence) {
    setText(part(dialog, "error"), sentence);
    show(part(dialog, "error"), sentence !== "");
    field.setAttribute("aria-invalid", String(sentence !== ""));
  }
}

function render(dialog, nests) {
  show(part(dialog, "empty"), nests.length === 0);
  reconcile(part(dialog, "nests"), nests, {
    key: (nest) => nest.code,
    make: () => clone("nest-template"),
    update: (row, nest) => {
      row.firstElementChild.href = nest.is_main ? "/" : `/nest/${nest.code}`;
      setText(part(row, "name"), nest.name);
      setText(part(row, "playing"), nowPlaying(nest));
      setText(part(row, "listeners"), String(nest.listeners ?? "--"));
    },
  });
}

function nowPlaying({ now_playing: song }) {
  if (!song) return "Quiet right now";
  return typeof song === "string" ? song : `${song.title} – ${song.artist}`;
}
