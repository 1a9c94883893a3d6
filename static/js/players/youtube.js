// Plays videos on the nest's clock, in a frame that stays visible while it sounds.

import { ask } from "../api.js";
import { positionAt } from "../playback.js";
import { createVideo } from "./video.js";

const LOOK_EVERY_MS = 250;
const SEEK_BEYOND_MS = 400;
const CORRECT_EVERY_MS = 5_000; // A seek makes it buffer; sooner it would only chase itself.
const TRY_AGAIN_MS = 5_000;
const NOT_ALLOWED = "This video cannot be played here.";

export function createYouTubePlayer({ store, clock, place, tellDevice }) {
  const video = createVideo(place, () => trouble(NOT_ALLOWED));
  let listening = false;
  let opened = null; // song id in the frame
  let correctedAt = 0;
  let quietUntil = 0;
  let volume = 100;

  function look() {
    const { nest } = store.state();
    const song = nest?.song;
    if (!listening || song?.src !== "youtube") return close();
    if (Number.isNaN(clock.now()) || clock.local() < quietUntil) return;

    if (opened !== song.song_id) open(song);
    else if (!nest.playback.is_playing) rest();
    else follow(nest.playback);
  }

  async function open(song) {
    opened = song.song_id;
    place.hidden = false;
    try {
      const start = Math.round(positionAt(store.state().nest.playback, clock.now()));
      const { url } = await ask(`/api/embed?${new URLSearchParams({ uri: song.trackid, start_ms: start })}`);
      if (!url) return trouble(NOT_ALLOWED);
      if (opened === song.song_id) await video.open(url);
      video.tell("setVolume", volume);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      opened = null;
      trouble(refusal.message);
    }
  }

  function follow(playback) {
    const error = video.position() - positionAt(playback, clock.now());
    if (!video.isPlaying()) video.tell("playVideo");
    else if (Math.abs(error) < SEEK_BEYOND_MS) tellDevice({ listening: "on", error_ms: error, trouble: null });
    if (Math.abs(error) < SEEK_BEYOND_MS || clock.local() - correctedAt < CORRECT_EVERY_MS) return;
    correctedAt = clock.local();
    video.tell("seekTo", positionAt(playback, clock.now()) / 1000, true);
  }

  function rest() {
    if (video.isPlaying()) video.tell("pauseVideo");
    tellDevice({ listening: "on", error_ms: null });
  }

  function close() {
    if (opened === null) return;
    opened = null;
    place.hidden = true;
    video.close();
    tellDevice({ trouble: null });
  }

  function trouble(sentence) {
    quietUntil = clock.local() + TRY_AGAIN_MS;
    tellDevice({ listening: "on", error_ms: null, trouble: sentence });
  }

  function isSounding() {
    return opened !== null && video.isPlaying();
  }

  setInterval(look, LOOK_EVERY_MS);
  return {
    listen: () => {
      listening = true;
      quietUntil = 0;
      look();
    },
    stop: () => {
      listening = false;
      look();
    },
    look,
    setVolume: (share) => {
      volume = Math.round(share * 100);
      video.tell("setVolume", volume);
    },
    position: () => (isSounding() ? video.position() : null),
    songId: () => (isSounding() ? opened : null),
    errorMs: () => (isSounding() ? video.position() - positionAt(store.state().nest.playback, clock.now()) : null),
  };
}
