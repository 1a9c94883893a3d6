// The wall as the loudspeaker of a room: one press, and it sounds until it is pressed again, as loud as
// the nest's volume says, which everybody in the room can turn.

import { onAction, part, setText, show } from "../core/dom.js";

const SOUNDS_KEY = "andre.wall_sounds";

export function mountWallSound(root, store, { player, airhorns }) {
  const setVolume = (share) => [player, airhorns].forEach((each) => each.setVolume(share));

  store.subscribe((state, before) => {
    if (state === before || state.device !== before.device || state.nest !== before.nest) render(root, state);
    if (state === before || state.nest?.volume !== before.nest?.volume) setVolume((state.nest?.volume ?? 100) / 100);
  });
  onAction(root, "sound", () => {
    const isWanted = store.state().device.listening === "off" || Boolean(store.state().device.silent);
    localStorage.setItem(SOUNDS_KEY, isWanted ? "yes" : "no");
    if (!isWanted) return player.stop();
    airhorns.wake();
    return player.listen();
  });
  // A wall that sounded before its machine was started again goes on by itself where it may.
  if (localStorage.getItem(SOUNDS_KEY) === "yes") player.resume();
}

function render(root, { device, nest }) {
  const isOn = device.listening !== "off" && !device.silent;
  part(root, "sound").setAttribute("aria-pressed", String(isOn));
  setText(part(root, "sound-label"), isOn ? "Sounds here" : "Sound here");
  show(part(root, "unheard"), !isOn && nest?.nest.sounds === "room");
  document.body.classList.toggle("is-silent", !isOn);
}
