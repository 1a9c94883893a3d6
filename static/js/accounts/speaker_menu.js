// Where it sounds, for music that is heard on an account of one's own: this page, or a device of theirs.

import { fillConnectForm } from "./linked_accounts.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { placeNear } from "../core/popovers.js";
import { Refusal, catchRefusal } from "../core/refusal.js";
import { formatRefusal } from "../core/refusal_display.js";
import { findAccount, isAccountConnected } from "../playback/audio_availability.js";

const HERE = { id: "here", name: "This browser", kind: "" };
const NEEDS_HTTPS = "This page came over plain HTTP, where no browser plays this. Choose another device of yours.";
const NOWHERE = { id: "nowhere", name: "Nowhere", kind: "Stop listening" };

// `account` is the player of players/spotify_player.js. Returns {choose, open}.
export function mountSpeakerMenu(root, store, account) {
  const menu = new SpeakerMenu(root, store, account);

  store.subscribe((state, before) => {
    if (["own", "accounts", "nest"].some((name) => state[name] !== before[name])) menu.render();
  });
  onAction(root, "choose-speaker", (button) => menu.choose(button.closest("li").dataset.key));
  onAction(document.body, "speakers", (button) => menu.open(button));
  root.addEventListener("toggle", ({ newState }) => menu.showState(newState));
  return { choose: () => menu.choose(), open: (button) => menu.open(button) };
}

class SpeakerMenu {
  #root;
  #store;
  #account;
  #devices = [];
  #opener = null; // the button that it stands beside

  constructor(root, store, account) {
    [this.#root, this.#store, this.#account] = [root, store, account];
  }

  open(button) {
    this.#opener = button;
    this.#root.showPopover();
    this.render();
    placeNear(this.#root, button);
    this.#root.querySelector("button:not([hidden])")?.focus();
    if (isAccountConnected(findAccount(this.#store.state()))) this.#fetchDevices();
  }

  showState(newState) {
    this.#opener?.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "closed" && this.#root.contains(document.activeElement)) this.#opener?.focus();
  }

  async #fetchDevices() {
    const note = part(this.#root, "note");
    const answer = await catchRefusal(this.#account.devices(), (refusal) => setText(note, formatRefusal(refusal)));
    if (answer) {
      this.#devices = answer.devices;
      setText(note, answer.devices.length ? "" : explainNoDevice());
    }
    this.render();
    if (this.#opener) placeNear(this.#root, this.#opener);
  }

  // Inside a gesture where it is this page, so that the browser lets it sound.
  async choose(id = HERE.id) {
    if (this.#root.matches(":popover-open")) this.#root.hidePopover();
    this.#update({ isComing: true, refused: "" });
    await catchRefusal(this.#change(id), (refusal) => this.#update({ isComing: false, refused: formatRefusal(refusal) }));
  }

  async #change(id) {
    if (id === NOWHERE.id) return this.#account.leave();
    if (id !== HERE.id) return this.#account.follow(id);
    if (isInsecure()) throw new Refusal({ error: "insecure", message: NEEDS_HTTPS });
    return this.#account.follow(null);
  }

  #update(patch) {
    this.#store.set({ own: { ...this.#store.state().own, ...patch } });
  }

  render() {
    if (!this.#root.matches(":popover-open")) return;
    const state = this.#store.state();
    const mine = findAccount(state);
    const isConnected = isAccountConnected(mine);
    const hereId = this.#account.hereId();
    reconcile(part(this.#root, "devices"), isConnected ? listChoices(state.own, this.#devices, hereId) : [], {
      key: ({ id }) => id,
      make: () => clone("speaker-template"),
      update: (row, device) => fillDevice(row, device, isChosen(device, state.own, hereId)),
    });
    show(part(this.#root, "connect"), Boolean(mine) && !isConnected);
    if (!mine || isConnected) return;
    fillConnectForm(part(this.#root, "connect"), mine, part(this.#root, "connect-label"));
    setText(part(this.#root, "note"), mine.warning || explainAccount(mine));
  }
}

// This page, the account's other devices, the one that is followed though it is not seen, and none.
// `own` is how listening on the account goes; `hereId` this page as a device of it.
export function listChoices(own, devices, hereId) {
  const others = devices.filter(({ id }) => id !== hereId);
  const isLost = own?.following && own.device_id !== hereId && !others.some(({ id }) => id === own.device_id);
  const followed = isLost ? [{ id: own.device_id, name: own.device, kind: "Not seen just now" }] : [];
  return [HERE, ...others, ...followed, ...(own?.following ? [NOWHERE] : [])];
}

export function isChosen({ id }, own, hereId) {
  if (!own?.following) return false;
  return own.device_id === hereId ? id === HERE.id : id === own.device_id;
}

function explainNoDevice() {
  return isInsecure() ? NEEDS_HTTPS : "No other device of yours is switched on.";
}

function isInsecure() {
  return globalThis.isSecureContext === false;
}

function explainAccount({ title }) {
  return `Everyone hears this on a ${title} account of their own. Without one you still see, vote, queue and jam.`;
}

function fillDevice(row, { name, kind, is_restricted: isRestricted }, isPressed) {
  const button = row.firstElementChild;
  setText(part(row, "name"), name);
  setText(part(row, "kind"), isRestricted ? "Cannot be played from here" : kind);
  show(part(row, "kind"), Boolean(isRestricted || kind));
  button.disabled = Boolean(isRestricted);
  button.setAttribute("aria-pressed", String(isPressed));
}
