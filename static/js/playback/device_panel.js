// This device: the press that lets it sound, how well it keeps time, its own volume.

import { onAction, part, setText, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";
import { describeAvailability, findAccount, isAccountConnected } from "./audio_availability.js";
import { DeviceVolume } from "./device_volume.js";

const LISTEN_KEY = "andre.listen";
const CONCERNS = ["device", "nest", "own", "accounts", "preferences"];
const WHY_PRESS =
  "Browsers play sound only after a press. This one makes this device sound, in step with everyone.";

// `listener` is players/active_speaker.js; `speakers` chooses where music sounds that is heard on an account of one's own, where there is any.
// Returns {sync, duck}, for those who measure how late this device is.
export function mountDevicePanel(root, store, { player, listener, airhorns, speakers, mixes }) {
  const volume = new DeviceVolume(root, store, (loudness) => {
    player.setVolume(loudness.music);
    airhorns.setVolume(loudness.airhorns);
  });

  store.subscribe((state, before) => {
    if (state === before || CONCERNS.some((name) => state[name] !== before[name])) render(root, state, mixes);
  });
  onAction(root, "listen", sync);
  onAction(root, "listen-toggle", (button) => {
    if (findAccount(store.state())) speakers?.open(button);
    else listen(button, !listener.isListening());
  });
  onAction(root, "take-over", (button) => {
    airhorns.wake();
    listen(button, true);
  });
  // Where the music came back without a press, the airhorns wait for one.
  document.addEventListener("pointerdown", () => listener.isListening() && airhorns.wake());
  // Somebody who listened here before is likely to be allowed again; if not, the button comes back.
  if (localStorage.getItem(LISTEN_KEY) === "yes") listener.resume();

  // One press: this device may sound, says so with one short airhorn, and finds the beat anew.
  function sync(button) {
    const { overlay } = describeAvailability(store.state(), mixes);
    airhorns.sign();
    listen(button, true);
    if (overlay === "account") speakers?.choose();
  }

  return { sync, listen, duck: (isDucked) => volume.duck(isDucked) };

  function listen(button, isWanted) {
    localStorage.setItem(LISTEN_KEY, isWanted ? "yes" : "no");
    if (!isWanted) return listener.stop();
    return showRefusal(button, Promise.resolve(listener.listen()));
  }
}

function render(root, state, mixes) {
  const { overlay, isOn, sentence, isElsewhere = false } = describeAvailability(state, mixes);
  show(part(root, "overlay"), overlay !== null);
  setText(part(root, "why"), overlay === "account" ? explainAccount(findAccount(state)) : WHY_PRESS);
  show(part(root, "elsewhere"), overlay === "account");
  part(root, "device").classList.toggle("is-on", isOn);
  part(root, "device").classList.toggle("is-off", !isOn);
  part(root, "device").classList.toggle("is-elsewhere", isElsewhere);
  show(part(root, "take-over"), isElsewhere);
  show(part(root, "devices-button"), (state.nest?.mine.devices?.length ?? 0) > 1);
  part(root, "listen-toggle").title = isElsewhere ? "Play here instead" : chooseTitle(state, isOn);
  part(root, "listen-toggle").classList.toggle("may-connect", mayConnect(state));
  setText(part(root, "status"), sentence);
}

function explainAccount({ title }) {
  return `On your ${title} account, in step with everyone.`;
}

function mayConnect(state) {
  const account = findAccount(state);
  return Boolean(account) && !isAccountConnected(account);
}

function chooseTitle(state, isOn) {
  if (mayConnect(state)) return "Hear it on an account of yours";
  if (findAccount(state)) return "Where it sounds";
  return isOn ? "Stop listening on this device" : "Listen on this device";
}
