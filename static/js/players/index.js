// One player for the page, made of those for each kind of song.

import { createFailureReports } from "./failures.js";
import { createLibraryPlayer } from "./library.js";
import { createOwnPlayer } from "./spotify.js";
import { createYouTubePlayer } from "./youtube.js";

export function createPlayers({ store, clock, speaker, fetchMedia, trim, place, nest, own, mixes, tell }) {
  const library = createLibraryPlayer({
    store,
    clock,
    fetchMedia,
    elements: [new Audio(), new Audio()],
    speaker,
    trim,
    report: createFailureReports(tell, clock.local),
    standsIn: (song) => mixes && song.src !== "youtube" && !account?.isFollowing(),
  });
  const video = createYouTubePlayer({ store, clock, place, tellDevice });
  const account = own ? createOwnPlayer({ ...own, nest, store }) : null;
  account?.comeBack();

  function tellDevice(patch) {
    const { device } = store.state();
    const changed = Object.entries(patch).some(([name, value]) => device[name] !== value);
    if (changed) store.set({ device: { ...device, ...patch } });
  }

  // Whoever sounds just now; the library's where nobody does.
  const sounding = () => (video.songId() === null ? library : video);

  return {
    listen: () => {
      library.listen();
      video.listen();
    },
    resume: () => {
      library.resume();
      video.listen();
    },
    stop: () => {
      library.stop();
      video.stop();
    },
    look: () => {
      library.look();
      video.look();
    },
    setVolume: (share) => {
      library.setVolume(share);
      video.setVolume(share);
      account?.setVolume(share);
    },
    isListening: library.isListening,
    position: () => sounding().position(),
    songId: () => sounding().songId(),
    errorMs: () => sounding().errorMs(),
    account,
  };
}
