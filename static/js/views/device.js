// This device: the press that lets it sound, how well it keeps time, its own volume.

import { onAction, part, setText, show } from "../dom.js";
import { accountFor, isConnected, soundOf } from "../sounding.js";

const VOLUME_KEY = "andre.volume";
const LISTEN_KEY = "andre.listen";
const LOUD_AT_FIRST = 80;
const CONCERNS = ["device", "nest", "own", "accounts"];
const WHY_PRESS =
  "Browsers play sound only after a press. This one makes this device sound, in step with everyone.";

// `speakers` chooses where music sounds that is heard on an account of one's own.
export function mountDevice(root, store, { player, horns, speakers, mixes }) {
  const slider = part(root, "volume");
  slider.value = localStorage.getItem(VOLUME_KEY) ?? LOUD_AT_FIRST;
  let muted = false;
  let ducked = false; // Silent for a moment, so that something else is heard.

  store.subscribe((state, before) => {
    if (state === before || CONCERNS.some((name) => state[name] !== before[name])) render(root, state, mixes);
    if (state.nest?.volume !== before.nest?.volume) turn();
  });

  onAction(root, "listen", sync);
  onAction(root, "listen-toggle", (button) => {
    if (accountFor(store.state())) speakers.open(button);
    else wish(!player.isListening());
  });
  onAction(root, "mute", () => {
    muted = !muted;
    turn();
  });
  slider.addEventListener("input", () => {
    muted = false;
    localStorage.setItem(VOLUME_KEY, slider.value);
    turn();
  });

  // Where the music came back without a press, the horns wait for one.
  document.addEventListener("pointerdown", () => player.isListening() && horns.wake());

  turn();
  // Somebody who listened here before is likely to be allowed again; if not, the button comes back.
  if (localStorage.getItem(LISTEN_KEY) === "yes") player.resume();

  // One press: this device may sound, says so with one short horn, and finds the beat anew.
  function sync() {
    const { veil } = soundOf(store.state(), mixes);
    horns.sign();
    wish(true);
    if (veil === "account") speakers.choose();
  }

  function wish(listen) {
    localStorage.setItem(LISTEN_KEY, listen ? "yes" : "no");
    if (listen) player.listen();
    else player.stop();
  }

  function turn() {
    const share = muted ? 0 : slider.value / 100;
    const nestShare = (store.state().nest?.volume ?? 100) / 100;
    const loudness = share ** 2 * nestShare; // Squared, because ears count in ratios.
    player.setVolume(ducked ? 0 : loudness);
    horns.setVolume(loudness);
    slider.style.setProperty("--share", share);
    const button = part(root, "mute");
    button.classList.toggle("is-muted", share === 0);
    button.setAttribute("aria-pressed", String(muted));
  }

  function duck(isOn) {
    ducked = isOn;
    turn();
  }

  return { sync, duck };
}

function render(root, state, mixes) {
  const { veil, isOn, sentence } = soundOf(state, mixes);
  show(part(root, "veil"), veil !== null);
  setText(part(root, "why"), veil === "account" ? onAccount(accountFor(state)) : WHY_PRESS);
  show(part(root, "elsewhere"), veil === "account");
  part(root, "device").classList.toggle("is-on", isOn);
  part(root, "device").classList.toggle("is-off", !isOn);
  part(root, "listen-toggle").title = titleFor(state, isOn);
  part(root, "listen-toggle").classList.toggle("may-connect", mayConnect(state));
  setText(part(root, "status"), sentence);
}

function onAccount({ title }) {
  return `On your ${title} account, in step with everyone.`;
}

function mayConnect(state) {
  const account = accountFor(state);
  return Boolean(account) && !isConnected(account);
}

function titleFor(state, isOn) {
  if (mayConnect(state)) return "Hear it on an account of yours";
  if (accountFor(state)) return "Where it sounds";
  return isOn ? "Stop listening on this device" : "Listen on this device";
}
