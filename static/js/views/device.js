// This device: the press that lets it sound, how well it keeps time, its own volume.

import { onAction, part, setText, show } from "../dom.js";

const VOLUME_KEY = "andre.volume";
const LISTEN_KEY = "andre.listen";
const LOUD_AT_FIRST = 80;

export function mountDevice(root, store, player, horns) {
  const slider = part(root, "volume");
  slider.value = localStorage.getItem(VOLUME_KEY) ?? LOUD_AT_FIRST;
  let muted = false;

  store.subscribe((state, before) => {
    if (state === before || state.device !== before.device || state.nest !== before.nest) {
      render(root, state);
    }
    if (state.nest?.volume !== before.nest?.volume) turn();
  });

  onAction(root, "listen", sync);
  onAction(root, "listen-toggle", () => wish(!player.isListening()));
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
    horns.sign();
    wish(true);
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
    player.setVolume(loudness);
    horns.setVolume(loudness);
    slider.style.setProperty("--share", share);
    const button = part(root, "mute");
    button.classList.toggle("is-muted", share === 0);
    button.setAttribute("aria-pressed", String(muted));
  }

  return { sync };
}

function render(root, { device, nest }) {
  const isOff = device.listening === "off";
  show(part(root, "veil"), isOff && Boolean(nest?.song));
  part(root, "device").classList.toggle("is-on", device.listening === "on");
  part(root, "device").classList.toggle("is-off", isOff);
  part(root, "listen-toggle").title = isOff ? "Listen on this device" : "Stop listening on this device";
  setText(part(root, "status"), status(device, nest));
}

function status({ listening, error_ms: error, trouble }, nest) {
  if (listening === "off") return "Not listening here";
  if (trouble) return trouble;
  if (nest?.song && nest.song.src !== "library") return "Cannot be played on this device";
  if (!nest?.playback.is_playing) return "Listening here";
  if (error === null) return "Finding the beat";
  return `In sync, ${Math.round(Math.abs(error))} ms`;
}
