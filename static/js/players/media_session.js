// The lock screen and the media keys show the song; their pause is for this device only.

import { computePosition } from "../playback/timeline.js";

export function mountMediaSession(store, player, clock) {
  const session = navigator.mediaSession;
  if (!session) return;

  session.setActionHandler("play", () => player.listen());
  session.setActionHandler("pause", () => player.stop());
  session.setActionHandler("stop", () => player.stop());
  store.subscribe((state, before) => {
    const [song, previous] = [state.nest?.song, before.nest?.song];
    if (song?.song_id !== previous?.song_id) session.metadata = song ? describe(song) : null;
    if (state.nest?.playback !== before.nest?.playback) place(session, state.nest, clock);
    session.playbackState = state.device.listening === "on" ? "playing" : "paused";
  });
}

function describe({ title, artist, album, big_img: big, img }) {
  const picture = big || img;
  const artwork = picture ? [{ src: new URL(picture, location.href).href }] : [];
  return new MediaMetadata({ title, artist, album, artwork });
}

// Where the song is, so that the lock screen's line is true.
function place(session, nest, clock) {
  const at = nest?.song ? computePosition(nest.playback, clock.now()) : NaN;
  if (Number.isNaN(at)) return session.setPositionState?.();
  return session.setPositionState?.({ duration: nest.playback.duration_ms / 1000, position: at / 1000 });
}
