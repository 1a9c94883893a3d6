// The place in the song, and the buttons that change what plays for everyone.

import { onAction, part } from "../core/dom.js";
import { createPlayToggle, drawPlayToggle } from "./optimistic_toggle.js";
import { SeekSlider } from "./seek_slider.js";
import { createSkip } from "./skip.js";

const REFRESH_MS = 250;

export function mountTransport(root, store, send, clock) {
  const slider = new SeekSlider(root, store, send, clock);
  const toggle = part(root, "toggle");

  store.subscribe((state, before) => {
    const isNew = state === before || state.nest?.playback !== before.nest?.playback;
    const isAnothers = state.nest?.dj !== before.nest?.dj || state.nest?.nest !== before.nest?.nest;
    if (isNew || isAnothers) slider.render();
    if (isNew || state.pending.playing !== before.pending.playing) drawPlayToggle(toggle, state);
  });
  setInterval(() => slider.refresh(), REFRESH_MS);

  const { skip, previous } = createSkip(store, send);
  onAction(root, "toggle", createPlayToggle(store, send));
  onAction(root, "skip", skip);
  onAction(root, "previous", previous);
}
