// Join a Nest: fly in by code, or choose one of the others.

import { getJson } from "../core/api.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, part, reconcile, setText, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { writeRefusal } from "../core/refusal_display.js";

const UNKNOWN_CODE = "No nest has this code. Check it with whoever sent it.";

export function mountJoinNest(dialog) {
  const form = part(dialog, "form");
  const field = form.elements.code;

  openOnAction(dialog, "join", () => {
    form.reset();
    refuse(dialog, field, "");
    field.focus();
    listNests(dialog, field);
  });
  field.addEventListener("input", () => {
    field.value = field.value.toUpperCase().replace(/[^A-Z0-9]/g, "");
    refuse(dialog, field, "");
    if (field.value.length === field.maxLength) enter(dialog, field);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(dialog, field);
  });
}

async function enter(dialog, field) {
  const { value: code, maxLength: length } = field; // As long as codes are on this server.
  if (code.length < length) return refuse(dialog, field, `A code has ${length} characters.`);
  const going = getJson(`/api/nests/${code}`).then((nest) => location.assign(addressOf(nest)));
  return catchRefusal(going, ({ error, message }) => {
    if (error === "not_a_member" || error === "banned") return location.assign(`/nest/${code}/door`);
    refuse(dialog, field, error === "not_found" ? UNKNOWN_CODE : message);
    return field.select();
  });
}

async function listNests(dialog, field) {
  const listing = getJson("/api/nests").then(({ nests }) => {
    render(dialog, nests.filter((nest) => nest.code !== window.NEST_CODE));
  });
  await catchRefusal(listing, ({ message }) => refuse(dialog, field, message));
}

function refuse(dialog, field, sentence) {
  writeRefusal(part(dialog, "error"), sentence);
  field.setAttribute("aria-invalid", String(sentence !== ""));
}

function addressOf(nest) {
  return nest.is_main ? "/" : `/nest/${nest.code}`;
}

function render(dialog, nests) {
  show(part(dialog, "empty"), nests.length === 0);
  reconcile(part(dialog, "nests"), nests, {
    key: (nest) => nest.code,
    make: () => clone("nest-template"),
    update: (row, nest) => {
      row.firstElementChild.href = addressOf(nest);
      setText(part(row, "name"), nest.name);
      setText(part(row, "playing"), describePlaying(nest));
      setText(part(row, "listeners"), String(nest.listeners ?? "--"));
    },
  });
}

function describePlaying({ now_playing: song }) {
  if (!song) return "Quiet right now";
  return typeof song === "string" ? song : `${song.title} – ${song.artist}`;
}
