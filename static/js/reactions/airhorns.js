// Airhorns: ten to choose from; everyone hears them at the same moment.

import { findNewAirhorn } from "./reactions.js";
import { blowAirhorn } from "../core/commands.js";
import { clone, onAction, part, setText, show } from "../core/dom.js";
import { AIRHORNS } from "../players/airhorn_sounds.js";
import { placeNear } from "../core/popovers.js";
import { catchRefusal } from "../core/refusal.js";
import { showBubble, formatRefusal } from "../core/refusal_display.js";

export function mountAirhorns(root, store, send, horns, clock) {
  const button = document.querySelector("[data-action=airhorns]");

  part(root, "choice").append(...Object.entries(AIRHORNS).map(choice));
  root.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    placeNear(root, button);
    part(root, "choice").firstElementChild.focus(); // The key H opens it from anywhere.
  });
  onAction(root, "blow", blow);
  store.subscribe(({ nest, you }) => show(button, Boolean(nest?.nest.airhorns && you.may.blow_airhorn)));
  soundAirhorns(store, horns, clock);

  async function blow(pick) {
    horns.wake(); // This press may be the gesture that the browser waits for.
    root.hidePopover();
    await catchRefusal(send(blowAirhorn(pick.dataset.name)), (refusal) => {
      showBubble(button, formatRefusal(refusal));
      if (refusal.retry_after_s) countDown(button, refusal.retry_after_s);
    });
  }
}

// On a device that listens all of them sound, on any other those of one's own.
export function soundAirhorns(store, horns, clock) {
  store.subscribe(({ nest, device, you }, before) => {
    const horn = findNewAirhorn(before.nest, nest, clock.now());
    if (horn && (device.listening !== "off" || horn.user === you.id)) horns.blow(horn.name, horn.at_ms);
  });
}

function choice([name, { label }]) {
  const item = clone("airhorn-template");
  item.dataset.name = name;
  setText(part(item, "label"), label);
  return item;
}

// The seconds until it may be blown again, counted down where one would press.
function countDown(button, seconds) {
  const until = performance.now() + seconds * 1_000;
  const left = part(button, "left");
  const tick = () => {
    const remaining = Math.ceil((until - performance.now()) / 1_000);
    setText(left, remaining > 0 ? String(remaining) : "");
    if (remaining > 0) setTimeout(tick, 250);
  };
  tick();
}
