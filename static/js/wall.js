// Puts the wall together: a store, a connection, a clock, and nothing that can be pressed.

import { createClock } from "./clock.js";
import { openLine } from "./line.js";
import { createStore } from "./store.js";
import { mountConnection } from "./views/connection.js";
import { mountEnded } from "./views/ended.js";
import { mountHornCaption } from "./views/caption.js";
import { mountLight } from "./views/light.js";
import { mountPerch } from "./views/perch.js";
import { mountWall } from "./views/wall.js";
import { mountWire } from "./views/wire.js";

const DRIFT_EVERY_MS = 60_000;
const DRIFT_PX = 8;
const THREE_TIMES = 3;

const store = createStore();
const clock = createClock();
openLine(store, clock);

const at = (id) => document.getElementById(id);
mountConnection(at("connection"), store);
mountEnded(at("ended"), store);
mountWire(at("wire"), store, clock, scaleOfWall());
mountPerch(at("perch"), store);
mountWall(at("stage"), at("sky"), store, clock);
mountHornCaption(at("horn-caption"), store, clock);
mountLight(document.documentElement, store);
setInterval(drift, DRIFT_EVERY_MS);
stayAwake();
document.addEventListener("visibilitychange", stayAwake);

window.andre = Object.freeze({ state: store.state });

function scaleOfWall() {
  return Math.max(1, (THREE_TIMES * Math.min(window.innerWidth, window.innerHeight)) / 1080);
}

// Nothing burns into the screen that moves a little every minute.
function drift() {
  for (const side of ["x", "y"]) {
    const far = Math.round((Math.random() * 2 - 1) * DRIFT_PX);
    at("room").style.setProperty(`--drift-${side}`, `${far}px`);
  }
}

// Browsers without the wish, or without https, keep their screen's own habits.
function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}
