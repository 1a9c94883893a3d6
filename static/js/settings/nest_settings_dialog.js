// This nest: what it is set to, for everyone to see and for its creator to change.

import { postJson } from "../core/api.js";
import { changeNestSettings } from "../core/commands.js";
import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { showPending } from "../core/pending.js";
import { showRefusal, showRefusalIn, writeRefusal } from "../core/refusal_display.js";
import { createPlaylistChoice } from "./playlist_choice.js";

const HEARD = "library"; // The one catalogue whose sound we may measure, and Bender go by.

export function mountNestSettings(dialog, store, send) {
  const form = part(dialog, "form");
  const choice = createPlaylistChoice(form.querySelector("select"));
  const typed = watchTyping(dialog, form);
  onAction(dialog, "renew-password", (button) => renewPassword(dialog, button));

  openOnAction(dialog, "nest-settings", () => {
    writeRefusal(part(dialog, "error"), "");
    show(part(dialog, "password-told"), false);
    render(store.state());
    choice.read().then(() => render(store.state()));
  });
  store.subscribe((state, before) => {
    const isNew = state.nest?.nest !== before.nest?.nest || state.you !== before.you;
    if (dialog.open && (isNew || state.pending.settings !== before.pending.settings)) render(state);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => change({ [target.name]: readField(target) }));
  onAction(form, "preset", (button) => change(JSON.parse(button.dataset.values)));

  async function change(wishes) {
    const answer = send(changeNestSettings(withEntryMode(wishes, store.state().nest.nest)));
    for (const [name, value] of Object.entries(wishes)) showPending(store, "settings", name, value, answer);
    answer.then(({ password }) => password && showPassword(dialog, password), () => {});
    await showRefusalIn(part(dialog, "error"), answer);
  }

  function render({ nest, you, pending }) {
    if (!nest) return;
    const { nest: set } = nest;
    const mayChange = you.may.change_nest_settings;
    show(part(dialog, "presets"), mayChange);
    choice.draw({ nest, you });
    writeFields(form, { ...set, ...pending.settings }, you, typed);
    showWhatMatters(dialog, set);
    drawEntry(dialog, set, mayChange);
    drawNote(part(dialog, "note"), set, mayChange);
  }
}

// The fields with words that are not sent yet: what others change meanwhile leaves them as they are.
function watchTyping(dialog, form) {
  const typed = new Set();
  form.addEventListener("input", ({ target }) => typed.add(target));
  form.addEventListener("change", ({ target }) => typed.delete(target));
  dialog.addEventListener("close", () => typed.clear());
  return typed;
}

function drawNote(note, set, mayChange) {
  setText(note, set.is_main ? "Whoever runs this server sets up the Main Nest." : "Whoever built this nest may change it.");
  show(note, !mayChange);
}

function writeFields(form, set, you, typed) {
  for (const field of form.querySelectorAll("input, textarea, select")) {
    field.disabled = !you.may[field.dataset.right] || "fixed" in field.dataset;
    if (!typed.has(field)) writeField(field, set[field.name]);
  }
}

// Who makes a nest private says how one comes in, too: by approval, unless something else was chosen.
function withEntryMode(wishes, { entry_mode: mode }) {
  return wishes.is_private ? { entry_mode: mode ?? "approval", ...wishes } : wishes;
}

// Some settings say nothing while others are off.
function showWhatMatters(dialog, set) {
  const [profile, playlist] = ["profile", "playlist"].map((name) => dialog.querySelector(`[data-setting=bender_${name}]`));
  for (const section of dialog.querySelectorAll("[data-setting^=guest_]")) show(section, set.guests);
  show(dialog.querySelector("[data-setting=downvotes]"), set.votes);
  show(dialog.querySelector("[data-setting=close_when_dj_leaves]"), set.control_mode === "dj");
  if (playlist) show(playlist, set.bender);
  if (profile) show(profile, set.bender && set.catalogue === HEARD);
}

function drawEntry(dialog, set, mayChange) {
  for (const section of dialog.querySelectorAll("[data-setting=entry_mode]")) show(section, set.is_private);
  const asksForOne = set.is_private && set.entry_mode === "password";
  show(part(dialog, "password"), asksForOne && mayChange);
  if (!asksForOne) show(part(dialog, "password-told"), false);
}

async function renewPassword(dialog, button) {
  const answer = await showRefusal(button, postJson(`/api/nests/${window.NEST_CODE}/password`));
  if (answer) showPassword(dialog, answer.password);
}

function showPassword(dialog, password) {
  setText(part(dialog, "password-text"), password);
  show(part(dialog, "password-told"), true);
}

// What somebody has typed or chosen; nothing is "as the server has it".
function readField({ type, checked, value }) {
  if (type === "checkbox") return checked;
  if (value === "") return null;
  if (type === "textarea") return value.split("\n").map((line) => line.trim()).filter(Boolean);
  return type === "number" || type === "select-one" ? Number(value) : value;
}

function writeField(field, value) {
  if (field.type === "checkbox") field.checked = value;
  else if (field.type === "radio") field.checked = value === field.value;
  else if (field.type === "textarea") field.value = (value ?? []).join("\n");
  else field.value = value ?? "";
}
