// The lock screen and the media keys show the song; their pause is for this device only.

export function mountMediaSession(store, player) {
  const session = navigator.mediaSession;
  if (!session) return;

  session.setActionHandler("play", () => player.listen());
  session.setActionHandler("pause", () => player.stop());
  store.subscribe((state, before) => {
    const [song, previous] = [state.nest?.song, before.nest?.song];
    if (song?.song_id !== previous?.song_id) session.metadata = song ? describe(song) : null;
    session.playbackState = state.device.listening === "on" ? "playing" : "paused";
  });
}

function describe({ title, artist, album, big_img: big, img }) {
  const picture = big || img;
  const artwork = picture ? [{ src: new URL(picture, location.href).href }] : [];
  return new MediaMetadata({ title, artist, album, artwork });
}
