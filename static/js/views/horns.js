// Airhorns: ten to choose from; everyone hears them at the same moment.

import { newHorn } from "../cheers.js";
import { blowAirhorn } from "../commands.js";
import { clone, onAction, part, setText } from "../dom.js";
import { HORNS } from "../players/horns.js";
import { placeNear } from "../popovers.js";
import { say, sentenceOf } from "../refusals.js";

export function mountHorns(root, store, send, horns, clock) {
  const button = document.querySelector("[data-action=horns]");

  part(root, "choice").append(...Object.entries(HORNS).map(choice));
  root.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    placeNear(root, button);
    part(root, "choice").firstElementChild.focus(); // The key H opens it from anywhere.
  });
  onAction(root, "blow", blow);
  store.subscribe(({ nest }, before) => {
    const horn = newHorn(before.nest, nest, clock.now());
    if (horn) hear(horn);
  });

  async function blow(pick) {
    horns.wake(); // This press may be the gesture that the browser waits for.
    root.hidePopover();
    try {
      await send(blowAirhorn(pick.dataset.name));
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      say(button, sentenceOf(refusal));
      if (refusal.retry_after_s) rest(button, refusal.retry_after_s);
    }
  }

  function hear(horn) {
    const { device, you } = store.state();
    const sounds = device.listening !== "off" || horn.user === you.email;
    if (sounds) horns.blow(horn.name, horn.at_ms);
  }
}

function choice([name, { label }]) {
  const item = clone("horn-template");
  item.dataset.name = name;
  setText(part(item, "label"), label);
  return item;
}

// The seconds until it may be blown again, counted down where one would press.
function rest(button, seconds) {
  const until = performance.now() + seconds * 1_000;
  const left = part(button, "left");
  const tick = () => {
    const remaining = Math.ceil((until - performance.now()) / 1_000);
    setText(left, remaining > 0 ? String(remaining) : "");
    if (remaining > 0) setTimeout(tick, 250);
  };
  tick();
}
