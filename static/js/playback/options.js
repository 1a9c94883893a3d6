// Shuffle and repeat: what they are set to, and the buttons for who may set them. Only a DJ shuffles.

import { setOptions } from "../core/commands.js";
import { onAction, part, show } from "../core/dom.js";
import { showPending } from "../core/pending.js";
import { showRefusal } from "../core/refusal_display.js";
import { hasDj, mayControl } from "../core/rights.js";

const NEXT_MODE = { off: "all", all: "one", one: "off" };
const MODES = { off: "off", all: "all songs", one: "this song" };

// `isSmall`: only what is on has a button.
export function mountOptions(root, store, send, { isSmall = false } = {}) {
  const [shuffle, repeat] = [part(root, "shuffle"), part(root, "repeat")];
  store.subscribe((state) => state.nest && render(state));

  onAction(root, "shuffle", (button) => set(button, "shuffle", !readOptions(store.state()).shuffle));
  onAction(root, "repeat", (button) => set(button, "repeat_mode", NEXT_MODE[readOptions(store.state()).repeat_mode]));

  function set(button, name, wanted) {
    showRefusal(button, showPending(store, "options", name, wanted, send(setOptions({ [name]: wanted }))));
  }

  function render(state) {
    const options = readOptions(state);
    const may = state.you.may.set_options && mayControl(state);
    draw(shuffle, { isOn: options.shuffle, may, isOffered: may && hasDj(state.nest) && !isSmall });
    draw(repeat, { isOn: options.repeat_mode !== "off", may, isOffered: may && !isSmall });
    label(shuffle, options.shuffle ? "Shuffle, on" : "Shuffle, off");
    label(repeat, `Repeat, ${MODES[options.repeat_mode]}`);
    show(part(repeat, "one"), options.repeat_mode === "one");
  }
}

// As I have asked for, or as the nest has them.
function readOptions({ nest, pending }) {
  return { ...nest.playback, ...pending.options };
}

// What is on is seen by everybody, whoever may press it.
function draw(button, { isOn, may, isOffered }) {
  show(button, isOn || isOffered);
  button.disabled = !may;
  button.setAttribute("aria-pressed", String(isOn));
}

function label(button, text) {
  button.setAttribute("aria-label", text);
  button.title = `${text}, for everyone`;
}
