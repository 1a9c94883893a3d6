// The wall: what plays, the next five, and who cheers or blows flying by.

import { findNewAirhorn, findNewJams } from "../reactions/reactions.js";
import { drawCover } from "../core/covers.js";
import { drawAvatarStack } from "../listeners/avatar_stack.js";
import { animate, clone, part, prefersStillness, reconcile, setShare, setText, show } from "../core/dom.js";
import { drawAvatar } from "../listeners/avatars.js";
import { formatTimeOfDay, isolateDirection } from "../core/format.js";
import { AIRHORNS } from "../players/airhorn_sounds.js";
import { computePosition, computeStartTimes, orderUpNext } from "../playback/timeline.js";
import { djName } from "../core/rights.js";

const NEXT = 5;
const REFRESH_MS = 250;
const FLIGHT_MS = 6_000;
const STILL_MS = 4_000;

export function mountWall(root, sky, store, clock) {
  const bar = part(root, "done");
  store.subscribe((state, before) => {
    if (state.nest !== before.nest || state === before) render(root, state);
    if (state !== before) celebrate(sky, state, before, clock);
  });
  setInterval(() => advance(bar, store.state().nest, clock), REFRESH_MS);
}

function render(root, { nest }) {
  if (!nest) return;
  const song = nest.song ?? nest.last_song;
  drawCover(part(root, "cover"), song, { big: true });
  setText(part(root, "title"), song ? song.title : "Nothing playing");
  setText(part(root, "artist"), song ? song.artist : "");
  show(part(root, "adder"), Boolean(nest.song));
  if (nest.song) drawAdder(root, nest.song);
  const isAway = nest.dj_away_until_ms !== null;
  show(part(root, "dj-away"), isAway);
  setText(part(root, "dj-away"), isAway ? `${djName(nest)} is away. The music waits for the DJ.` : "");
  document.title = song ? `${song.title} – ${song.artist} · ${nest.nest.name}` : nest.nest.name;
  drawNext(root, nest);
}

function drawAdder(root, song) {
  const adder = { id: song.user, name: song.user_name, picture: song.user_picture };
  drawAvatar(part(root, "adder-face"), adder);
  setText(part(root, "adder-name"), `added by ${isolateDirection(song.user_name)}`);
  drawAvatarStack(part(root, "jams"), song.jams, { most: 7 });
}

function drawNext(root, { queue, playback }) {
  const coming = orderUpNext(queue, playback.locked_song_id);
  const starts = computeStartTimes(coming, playback);
  show(part(root, "nothing"), coming.length === 0);
  reconcile(part(root, "next"), coming.slice(0, NEXT), {
    key: (song) => song.song_id,
    make: () => clone("next-template"),
    update: (row, song, index) => {
      const when = starts[index] === null ? "" : ` · ${formatTimeOfDay(starts[index])}`;
      drawCover(row.querySelector(".cover"), song);
      setText(part(row, "title"), song.title);
      setText(part(row, "line"), `${isolateDirection(song.artist)} · ${isolateDirection(song.user_name)}${when}`);
    },
  });
}

function advance(bar, nest, clock) {
  if (!nest) return;
  const { playback } = nest;
  const at = computePosition(playback, clock.now());
  setShare(bar, Number.isNaN(at) ? playback.position_ms : at, playback.duration_ms);
}

function celebrate(sky, { nest }, before, clock) {
  const horn = findNewAirhorn(before.nest, nest, clock.now());
  if (horn) fly(sky, horn.person, AIRHORNS[horn.name]?.label ?? horn.name);
  if (!nest || !before.nest) return;
  for (const id of findNewJams(before.nest, nest)) {
    const person = nest.listeners.find((listener) => listener.id === id);
    if (person) fly(sky, person, "jams");
  }
}

function fly(sky, person, words) {
  const flier = clone("flier-template");
  drawAvatar(flier.querySelector(".avatar"), person);
  setText(part(flier, "words"), `${isolateDirection(person.name)} · ${words}`);
  flier.style.setProperty("--height", `${25 + Math.random() * 50}%`);
  sky.append(flier);
  const away = `translate(calc(-100vw - 100%), ${Math.round(Math.random() * 80 - 40)}px)`;
  const still = prefersStillness();
  if (still) flier.style.setProperty("transform", "translateX(calc(-100% - 4vmin))");
  else animate(flier, [{ transform: "none" }, { transform: away }], { duration: FLIGHT_MS, easing: "linear" });
  setTimeout(() => flier.remove(), still ? STILL_MS : FLIGHT_MS);
}
