// "Listening on": my devices, which of them sounds in this nest, and what they are called.

import { deleteJson, postJson } from "../core/api.js";
import { chooseSpeaker } from "../core/commands.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { placeNear } from "../core/popovers.js";
import { showRefusal } from "../core/refusal_display.js";

// `listenHere(button)` makes this page the one that sounds.
export function mountListeningMenu(root, store, send, listenHere) {
  const menu = new ListeningMenu(root, store, send, listenHere);

  onAction(document.body, "listening-on", (button) => menu.open(button));
  onAction(root, "choose-device", (button) => menu.choose(idOf(button)));
  onAction(root, "rename-device", (button) => menu.beginRenaming(button));
  onAction(root, "forget-device", (button) => showRefusal(button, deleteJson(`/api/devices/${idOf(button)}`)));
  root.addEventListener("submit", (event) => menu.rename(event));
  root.addEventListener("toggle", ({ newState }) => menu.showState(newState));
  store.subscribe((state, before) => {
    if (state.nest?.mine !== before.nest?.mine) menu.render();
  });
}

class ListeningMenu {
  #root;
  #store;
  #send;
  #listenHere;
  #opener = null; // the button that it stands beside
  #renamed = null; // id of the device that is being renamed

  constructor(root, store, send, listenHere) {
    [this.#root, this.#store, this.#send, this.#listenHere] = [root, store, send, listenHere];
  }

  open(button) {
    this.#opener = button;
    this.#root.showPopover();
    this.render();
    placeNear(this.#root, button);
    this.#root.querySelector("button").focus();
  }

  showState(newState) {
    this.#opener?.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "closed") return;
    this.#renamed = null;
    if (this.#root.contains(document.activeElement)) this.#opener?.focus();
  }

  choose(id) {
    this.#root.hidePopover();
    if (id === this.#store.state().here.device) return this.#listenHere(this.#opener);
    return showRefusal(this.#opener, this.#send(chooseSpeaker(id)));
  }

  beginRenaming(button) {
    this.#renamed = idOf(button);
    this.render();
    button.closest("li").querySelector("input").select();
  }

  rename(event) {
    event.preventDefault();
    const [id, name] = [this.#renamed, event.target.elements.name.value.trim()];
    this.#renamed = null;
    this.render();
    if (name) showRefusal(this.#opener, postJson("/api/devices/register", { id, name }));
  }

  render() {
    const { nest, here } = this.#store.state();
    if (!nest || !this.#root.matches(":popover-open")) return;
    const { devices, speaker } = nest.mine;
    reconcile(part(this.#root, "devices"), sortDevices(devices ?? [], here), {
      key: ({ id }) => id,
      make: () => clone("device-template"),
      update: (row, device) => fillRow(row, device, { here, speaker, renamed: this.#renamed }),
    });
  }
}

// This browser first, then those that are there.
export function sortDevices(devices, here) {
  const rank = ({ id, is_connected: isConnected }) => (id === here.device ? 0 : isConnected ? 1 : 2);
  return devices.toSorted((one, other) => rank(one) - rank(other));
}

function idOf(element) {
  return element.closest("li").dataset.key;
}

function fillRow(row, { id, name, is_connected: isConnected }, { here, speaker, renamed }) {
  const button = row.firstElementChild;
  const isHere = id === here.device;
  const kind = isHere ? "This browser" : isConnected ? "" : "Not connected";
  setText(part(row, "name"), name);
  setText(part(row, "kind"), kind);
  show(part(row, "kind"), kind !== "");
  button.disabled = !isHere && !isConnected;
  button.setAttribute("aria-pressed", String(speaker?.device === id));
  part(row, "rename").setAttribute("aria-label", `Rename ${name}`);
  part(row, "forget").setAttribute("aria-label", `Forget ${name}`);
  show(part(row, "forget"), !isHere && !isConnected);
  const form = part(row, "form");
  if (form.hidden && renamed === id) form.elements.name.value = name;
  show(form, renamed === id);
}
