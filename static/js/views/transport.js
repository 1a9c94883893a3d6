// Progress on the nest's clock, and the buttons that change it for everyone.

import { seek } from "../commands.js";
import { onAction, part, setText } from "../dom.js";
import { asMinutes } from "../format.js";
import { tellForEveryone } from "../hints.js";
import { positionAt } from "../playback.js";
import { createProgressBar } from "../progressbar.js";
import { explain } from "../refusals.js";
import { createSkipping } from "../skipping.js";
import { createToggling, drawToggle } from "../toggling.js";

const REFRESH_MS = 250;

export function mountTransport(root, store, send, clock) {
  const slider = part(root, "slider");
  const bar = createProgressBar(part(root, "done"));
  let sliding = false;

  const position = () => {
    const { playback } = store.state().nest;
    const at = positionAt(playback, clock.now());
    return Number.isNaN(at) ? playback.position_ms : at;
  };

  store.subscribe((state, before) => {
    if (state.nest?.playback !== before.nest?.playback || state === before) render();
    if (state.playInFlight !== before.playInFlight) drawToggle(part(root, "toggle"), state);
  });
  setInterval(refresh, REFRESH_MS);

  onAction(root, "toggle", createToggling(store, send));
  const skipping = createSkipping(store, send);
  onAction(root, "skip", skipping.skip);
  onAction(root, "previous", skipping.previous);
  slider.addEventListener("input", () => {
    sliding = true;
    setText(part(root, "elapsed"), asMinutes(slider.value));
    bar.stand(Number(slider.value), Number(slider.max));
  });
  slider.addEventListener("change", () => {
    sliding = false;
    const answer = send(seek(Number(slider.value))).then(() => tellForEveryone(slider, "Moved"));
    explain(slider, answer).then(render);
  });

  function render() {
    const { nest } = store.state();
    const playback = nest?.playback;
    drawToggle(part(root, "toggle"), store.state());
    slider.disabled = !nest?.song;
    slider.max = playback?.duration_ms ?? 0;
    setText(part(root, "length"), asMinutes(playback?.duration_ms ?? 0));
    refresh();
  }

  function refresh() {
    if (sliding || document.hidden) return;
    const { nest } = store.state();
    const at = nest ? position() : 0;
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${asMinutes(at)} of ${asMinutes(slider.max)}`);
    setText(part(root, "elapsed"), asMinutes(at));
    if (nest?.playback.is_playing) bar.glide(at, nest.playback.duration_ms);
    else bar.stand(at, Number(slider.max));
  }
}
