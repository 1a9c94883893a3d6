// Puts the wall together: a store, a connection, a clock, and nothing to press but its sound.

import { createClock } from "./core/clock.js";
import { openNestConnection } from "./nest/nest_connection.js";
import { loadOnce } from "./core/load_later.js";
import { createStore } from "./core/store.js";
import { mountConnectionNotice } from "./nest/connection_notice.js";
import { mountEndedNotice } from "./nest/ended_notice.js";
import { mountAirhornCaptions } from "./reactions/airhorn_captions.js";
import { soundAirhorns } from "./reactions/airhorns.js";
import { mountCoverTheme } from "./playback/cover_theme.js";
import { createPagePlayer } from "./players/page_player.js";
import { mountBenderAvatar } from "./listeners/bender_avatar.js";
import { mountWall } from "./wall/wall.js";
import { mountWallInvitation } from "./wall/wall_invitation.js";
import { mountWallSound } from "./wall/wall_sound.js";
import { mountListeners } from "./listeners/listeners.js";

const DRIFT_EVERY_MS = 60_000;
const DRIFT_PX = 8;
const THREE_TIMES = 3;

const store = createStore();
const clock = createClock();
const at = (id) => document.getElementById(id);
const sound = createPagePlayer({ store, clock, place: at("video"), tell: (command) => connection.notify(command) });
const connection = openNestConnection(store, clock);

mountConnectionNotice(at("connection"), store);
mountEndedNotice(at("ended"), store);
mountListeners(at("listeners"), store, clock, computeScale());
mountBenderAvatar(at("bender-avatar"), store);
mountWall(at("now-playing"), at("fliers"), store, clock);
loadLyricsWhenSung();
if ("themes" in document.body.dataset) loadTheme();
mountAirhornCaptions(at("airhorn-caption"), store, clock);
mountWallSound(at("sound"), store, sound);
soundAirhorns(store, sound.airhorns, clock);
mountCoverTheme(document.documentElement, store);
if ("invites" in document.body.dataset) mountWallInvitation(at("join-in"), store);
setInterval(drift, DRIFT_EVERY_MS);
stayAwake();
document.addEventListener("visibilitychange", stayAwake);

window.andre = Object.freeze({ state: store.state });

function computeScale() {
  return Math.max(1, (THREE_TIMES * Math.min(window.innerWidth, window.innerHeight)) / 1080);
}

function loadLyricsWhenSung() {
  const load = loadOnce(async () => (await import("./lyrics/wall_lyrics.js")).mountWallLyrics(at("now-playing"), store, clock));
  store.subscribe(({ nest }) => nest?.song?.lyrics === "timed" && load());
}

// Where the server has the console; a wall without it does not fetch this.
async function loadTheme() {
  (await import("./console/nest_theme.js")).mountNestTheme(document.documentElement, store);
}

// Nothing burns into the screen that moves a little every minute.
function drift() {
  for (const side of ["x", "y"]) {
    const far = Math.round((Math.random() * 2 - 1) * DRIFT_PX);
    at("main").style.setProperty(`--drift-${side}`, `${far}px`);
  }
}

// Browsers without the wish, or without https, keep their screen's own habits.
function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}
