// The nest's own volume, for everyone; each device multiplies it with its own.

import { setVolume } from "../core/commands.js";
import { part, setText } from "../core/dom.js";
import { placeNear } from "../core/popovers.js";
import { showRefusal } from "../core/refusal_display.js";

export function mountNestVolume(root, store, send) {
  const slider = part(root, "slider");
  const button = document.querySelector(`[popovertarget=${root.id}]`);
  let isSliding = false;

  root.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    placeNear(root, button);
    slider.focus();
  });
  store.subscribe(({ nest }, before) => {
    if (nest && (nest.volume !== before.nest?.volume || !before.nest) && !isSliding) draw(nest.volume);
  });
  slider.addEventListener("input", () => {
    isSliding = true;
    draw(Number(slider.value));
  });
  slider.addEventListener("change", () => {
    isSliding = false;
    showRefusal(slider, send(setVolume(Number(slider.value))).catch(giveBack));
  });

  function giveBack(refusal) {
    draw(store.state().nest.volume);
    throw refusal;
  }

  function draw(volume) {
    slider.value = volume;
    slider.style.setProperty("--share", volume / 100);
    setText(part(root, "volume"), String(volume));
  }
}
