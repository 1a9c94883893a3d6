// The wire: listeners are birds on one thin line. Arriving is a short landing, leaving a short lift.

import { isBenderAbout } from "../bender.js";
import { newHorn, newlyJammed } from "../cheers.js";
import { animate, clone, part, prefersStillness, reconcile, setText } from "../dom.js";
import { drawFace } from "../faces.js";
import { clamp } from "../playback.js";

const MOST_BIRDS = 14;
const FEW = 5; // So many sit even on the narrowest wire.
const ROOM_PER_BIRD_PX = 52;
const PERCH_PX = 40; // Bender's, at one end; the other end leaves as much, for the eye.
const SAG_PX = 14; // How far the line hangs in the middle; a little more with every bird.
const SAG_PER_BIRD_PX = 0.8;
const ENDS_PX = 6;
const RIPPLE_MS = 1_100;
const RIPPLE_PX = 14;
const RIPPLE_WIDE_PX = 46;
const POINTS_PX = 8;

// `scale` makes everything so much larger: a wall is looked at from far away.
export function mountWire(root, store, clock, scale = 1) {
  const birds = part(root, "birds");
  const draw = () => render(root, birds, store.state(), scale);
  store.subscribe((state, before) => {
    const isNew = state.nest?.listeners !== before.nest?.listeners || state.you !== before.you;
    const isBendersNew = isBenderAbout(state.nest) !== isBenderAbout(before.nest);
    if (isNew || isBendersNew || state.nest?.song?.user !== before.nest?.song?.user) draw();
    if (state !== before) jammersSince(state, before).forEach((email) => hop(birds, email));
    const horn = newHorn(before.nest, state.nest, clock.now());
    if (horn) setTimeout(() => ripple(root, birds, horn.user, scale), horn.at_ms - clock.now());
  });
  new window.ResizeObserver(() => withoutMoving(root, draw)).observe(root);
}

// Nobody flies because a window changed its size.
function withoutMoving(root, draw) {
  root.classList.add("is-still");
  draw();
  requestAnimationFrame(() => root.classList.remove("is-still"));
}

// My own bird hops when I press, not once more when the nest repeats it.
function jammersSince({ nest, you, jamsInFlight }, before) {
  const pressedNow = Object.entries(jamsInFlight).some(
    ([songId, wanted]) => wanted && !before.jamsInFlight[songId],
  );
  if (pressedNow) return [you.email];
  if (!nest || !before.nest) return [];

  const waits = Object.values(before.jamsInFlight).includes(true);
  return newlyJammed(before.nest, nest).filter((email) => !waits || email !== you.email);
}

function hop(list, email) {
  const face = list.querySelector(`[data-key="${CSS.escape(email)}"] .face`);
  if (!face) return;
  const [ground, air] = [{ transform: "none" }, { transform: "translateY(-16px) rotate(-6deg)" }];
  const steps = [ground, { ...air, offset: 0.3 }, { ...ground, offset: 0.55 }];
  animate(face, [...steps, { transform: "translateY(-7px)", offset: 0.78 }, ground], { duration: 560 });
}

function render(root, list, { nest, you }, scale) {
  const { width } = root.getBoundingClientRect();
  const free = isBenderAbout(nest) ? width - 2 * PERCH_PX * scale : width;
  const seats = clamp(Math.floor((free - 32) / (ROOM_PER_BIRD_PX * scale)), 3, MOST_BIRDS);
  const people = nest ? inPlace(nest.listeners, you, nest.song) : [];
  const shown = people.length > seats ? people.slice(0, seats - 1) : people;
  const gathered = people.length - shown.length;
  const items = gathered ? [...shown, { email: "+", gathered }] : shown;

  const sag = (SAG_PX + items.length * SAG_PER_BIRD_PX) * scale;
  hang(part(root, "line"), width, sag);
  const isFirstSight = list.children.length === 0;
  liftThoseWhoLeft(list, people);
  const landed = reconcile(list, items, {
    key: (item) => item.email,
    make: (item) => clone(item.gathered ? "flock-template" : "bird-template"),
    update: (bird, item, index) => {
      sit(bird, placeOf(index, items.length, { width, free, sag, scale }));
      dress(bird, item, nest.song);
    },
  });
  landed.forEach((bird, index) => land(bird, isFirstSight ? index : 0));
}

// One crest runs both ways along the wire from who blew, and lifts each bird it passes.
function ripple(root, list, email, scale) {
  const blower = list.querySelector(`[data-key="${CSS.escape(email)}"]`) ?? list.querySelector(".flock");
  blower?.classList.add("is-blowing");
  setTimeout(() => blower?.classList.remove("is-blowing"), RIPPLE_MS * 2);
  const { width } = root.getBoundingClientRect();
  if (prefersStillness() || width === 0) return;

  const xOf = (bird) => parseFloat(bird.style.getPropertyValue("--x"));
  const from = blower ? xOf(blower) : width / 2;
  const reach = Math.max(from, width - from);
  for (const bird of list.children) {
    const delay = (Math.abs(xOf(bird) - from) / reach) * RIPPLE_MS;
    const lift = [{ translate: "0 0" }, { translate: `0 ${-RIPPLE_PX}px` }, { translate: "0 0" }];
    animate(bird, lift, { duration: 320, delay });
  }
  const sag = (SAG_PX + list.children.length * SAG_PER_BIRD_PX) * scale;
  runCrest(part(root, "line"), width, from, reach, sag);
}

function runCrest(line, width, from, reach, sag) {
  const began = performance.now();
  line.classList.add("is-rippling");
  const frame = (now) => {
    const share = (now - began) / RIPPLE_MS;
    if (share >= 1) {
      line.classList.remove("is-rippling");
      return hang(line, width, sag);
    }
    const height = RIPPLE_PX * (1 - share ** 3);
    const crestAt = (x) => Math.exp(-(((Math.abs(x - from) - share * reach) / RIPPLE_WIDE_PX) ** 2));
    const points = Array.from({ length: Math.ceil(width / POINTS_PX) + 1 }, (_, at) => {
      const x = Math.min(width, at * POINTS_PX);
      return `${x} ${(heightAt(x / width, sag) - height * crestAt(x)).toFixed(1)}`;
    });
    line.firstElementChild.setAttribute("d", `M${points.join("L")}`);
    return requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

// I sit first, so that everyone finds themselves, and where not all find room whose song plays
// sits next; the others stay where they landed.
function inPlace(listeners, you, song) {
  const isCrowd = listeners.length > FEW;
  const seatOf = ({ email }) => {
    if (email === you.email) return 0;
    return isCrowd && email === song?.user ? 1 : 2;
  };
  return listeners.toSorted((one, other) => seatOf(one) - seatOf(other));
}

function dress(bird, item, song) {
  const face = bird.querySelector(".face");
  if (item.gathered) {
    setText(face, `+${item.gathered}`);
    face.setAttribute("aria-label", `${item.gathered} more listeners`);
    return;
  }
  drawFace(face, item);
  setText(bird.querySelector(".bird-name"), item.name);
  const isForward = song?.user === item.email;
  bird.classList.toggle("forward", isForward);
  bird.setAttribute("aria-label", isForward ? `${item.name}, whose song is playing` : item.name);
}

function placeOf(index, count, { width, free, sag, scale }) {
  const gap = Math.min(64 * scale, (free - 48) / Math.max(count, 1));
  const x = width / 2 + (index - (count - 1) / 2) * gap;
  return { x, y: heightAt(x / width, sag) };
}

// The line hangs like a parabola from both ends.
function heightAt(share, sag) {
  return ENDS_PX + sag * 4 * share * (1 - share);
}

function sit(bird, { x, y }) {
  bird.style.setProperty("--x", `${x.toFixed(1)}px`);
  bird.style.setProperty("--y", `${y.toFixed(1)}px`);
}

function hang(line, width, sag) {
  line.setAttribute("viewBox", `0 0 ${width} 40`);
  const low = ENDS_PX + sag * 2;
  line.firstElementChild.setAttribute("d", `M0 ${ENDS_PX} Q${width / 2} ${low} ${width} ${ENDS_PX}`);
}

function land(bird, turn) {
  animate(
    bird.querySelector(".face"),
    [
      { transform: "translateY(-28px) scale(0.7)", opacity: 0 },
      { transform: "translateY(3px)", opacity: 1, offset: 0.75 },
      { transform: "none" },
    ],
    { duration: 360, delay: turn * 40, fill: "backwards" },
  );
}

// Who left is drawn once more on the way up, apart from the list, so that nobody is counted twice.
function liftThoseWhoLeft(list, people) {
  const here = new Set(people.map((person) => person.email));
  for (const bird of list.children) {
    if (here.has(bird.dataset.key) || bird.classList.contains("flock")) continue;
    const ghost = bird.cloneNode(true);
    ghost.removeAttribute("data-key");
    ghost.setAttribute("aria-hidden", "true");
    list.after(ghost);
    const lift = animate(ghost, [{ opacity: 1 }, { opacity: 0, transform: "translateY(-32px)" }]);
    if (lift) lift.onfinish = () => ghost.remove();
    else ghost.remove();
  }
}
