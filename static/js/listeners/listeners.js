// Listeners sit like birds on one thin line. Arriving is a short landing, leaving a short lift.

import { animate, clone, part, prefersStillness, reconcile, setText } from "../core/dom.js";
import { findNewAirhorn } from "../reactions/reactions.js";
import { drawAvatar } from "./avatars.js";
import { isBenderPresent } from "./bender_presence.js";
import { CREST_PX, computeSag, countSeats, drawHangingPath, drawRipplingPath, measureFree, placeSeat } from "./line_geometry.js";
import { fillSeats, findJammers, orderSeats } from "./seating.js";

const RIPPLE_MS = 1_100;

// `scale` makes everything so much larger: a wall is looked at from far away.
export function mountListeners(root, store, clock, scale = 1) {
  const list = part(root, "list");
  const draw = () => render(root, list, store.state(), scale);
  store.subscribe((state, before) => {
    const isNew = state.nest?.listeners !== before.nest?.listeners || state.you !== before.you;
    const isBendersNew = isBenderPresent(state.nest) !== isBenderPresent(before.nest);
    if (isNew || isBendersNew || state.nest?.song?.user !== before.nest?.song?.user) draw();
    if (state !== before) findJammers(state, before).forEach((id) => hop(list, id));
    const airhorn = findNewAirhorn(before.nest, state.nest, clock.now());
    if (airhorn) setTimeout(() => ripple(root, list, airhorn.user, scale), airhorn.at_ms - clock.now());
  });
  new window.ResizeObserver(() => withoutMoving(root, draw)).observe(root);
}

// Nobody flies because a window changed its size.
function withoutMoving(root, draw) {
  root.classList.add("is-still");
  draw();
  requestAnimationFrame(() => root.classList.remove("is-still"));
}

function hop(list, id) {
  const avatar = find(list, id)?.querySelector(".avatar");
  if (!avatar) return;
  const [ground, air] = [{ transform: "none" }, { transform: "translateY(-16px) rotate(-6deg)" }];
  const steps = [ground, { ...air, offset: 0.3 }, { ...ground, offset: 0.55 }];
  animate(avatar, [...steps, { transform: "translateY(-7px)", offset: 0.78 }, ground], { duration: 560 });
}

function render(root, list, { nest, you }, scale) {
  const { width } = root.getBoundingClientRect();
  const free = measureFree(width, isBenderPresent(nest), scale);
  const people = nest ? orderSeats(nest.listeners, you, nest.song) : [];
  const items = fillSeats(people, countSeats(free, scale));

  const sag = computeSag(items.length, scale);
  hang(part(root, "line"), width, sag);
  const isFirstSight = list.children.length === 0;
  liftThoseWhoLeft(list, people);
  const arrived = reconcile(list, items, {
    key: (item) => item.id,
    make: (item) => clone(item.more ? "more-listeners-template" : "listener-template"),
    update: (seat, item, index) => {
      sit(seat, placeSeat(index, items.length, { width, free, sag, scale }));
      fillSeat(seat, item, nest.song);
    },
  });
  arrived.forEach((seat, index) => land(seat, isFirstSight ? index : 0));
}

function fillSeat(seat, item, song) {
  const avatar = seat.querySelector(".avatar");
  if (item.more) {
    setText(avatar, `+${item.more}`);
    avatar.setAttribute("aria-label", `${item.more} more listeners`);
    return;
  }
  drawAvatar(avatar, item);
  setText(seat.querySelector(".listener-name"), item.name);
  const isForward = song?.user === item.id;
  seat.classList.toggle("forward", isForward);
  seat.setAttribute("aria-label", isForward ? `${item.name}, whose song is playing` : item.name);
}

function sit(seat, { x, y }) {
  seat.style.setProperty("--x", `${x.toFixed(1)}px`);
  seat.style.setProperty("--y", `${y.toFixed(1)}px`);
}

function hang(line, width, sag) {
  line.setAttribute("viewBox", `0 0 ${width} 40`);
  line.firstElementChild.setAttribute("d", drawHangingPath(width, sag));
}

function land(seat, turn) {
  animate(
    seat.querySelector(".avatar"),
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
  const here = new Set(people.map((person) => person.id));
  for (const seat of list.children) {
    if (here.has(seat.dataset.key) || seat.classList.contains("more-listeners")) continue;
    const ghost = seat.cloneNode(true);
    ghost.removeAttribute("data-key");
    ghost.setAttribute("aria-hidden", "true");
    list.after(ghost);
    const lift = animate(ghost, [{ opacity: 1 }, { opacity: 0, transform: "translateY(-32px)" }]);
    if (lift) lift.onfinish = () => ghost.remove();
    else ghost.remove();
  }
}

// One crest runs both ways along the line from who blew, and lifts each listener it passes.
function ripple(root, list, id, scale) {
  const blower = find(list, id) ?? list.querySelector(".more-listeners");
  blower?.classList.add("is-blowing");
  setTimeout(() => blower?.classList.remove("is-blowing"), RIPPLE_MS * 2);
  const { width } = root.getBoundingClientRect();
  if (prefersStillness() || width === 0) return;

  const xOf = (seat) => parseFloat(seat.style.getPropertyValue("--x"));
  const from = blower ? xOf(blower) : width / 2;
  const reach = Math.max(from, width - from);
  for (const seat of list.children) {
    const delay = (Math.abs(xOf(seat) - from) / reach) * RIPPLE_MS;
    const lift = [{ translate: "0 0" }, { translate: `0 ${-CREST_PX}px` }, { translate: "0 0" }];
    animate(seat, lift, { duration: 320, delay });
  }
  runCrest(part(root, "line"), { width, from, reach, sag: computeSag(list.children.length, scale) });
}

function runCrest(line, wave) {
  const began = performance.now();
  line.classList.add("is-rippling");
  const frame = (now) => {
    const share = (now - began) / RIPPLE_MS;
    if (share >= 1) {
      line.classList.remove("is-rippling");
      return hang(line, wave.width, wave.sag);
    }
    line.firstElementChild.setAttribute("d", drawRipplingPath(share, wave));
    return requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function find(list, id) {
  return list.querySelector(`[data-key="${CSS.escape(id)}"]`);
}
