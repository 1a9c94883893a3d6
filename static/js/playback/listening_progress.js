// Fetched when the first long recording plays: how far this listener came is told to the server, and who
// hears one again may go on there.

import { getJson } from "../core/api.js";
import { reportProgress, seek } from "../core/commands.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { formatDuration } from "../core/format.js";
import { catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { mayControl } from "../core/rights.js";
import { computePosition, isLong } from "./timeline.js";

const TELL_EVERY_MS = 30_000;
const WORTH_IT_MS = 60_000; // Sooner than this there is nothing to go on with.
const ENDING_MS = 5_000;

// `tell(command)` sends without waiting for an answer.
export function mountListeningProgress(root, store, { send, tell, clock }) {
  const offer = { songId: null, positionMs: 0 };
  const draw = () => show(part(root, "resume"), isOffered(offer, store.state()));

  store.subscribe((state, before) => {
    const [song, last] = [state.nest?.song, before.nest?.song];
    if (last && isLong(last) && song?.song_id !== last.song_id) tellEnd(before, tell, clock);
    else if (isHeard(before) && !state.nest?.playback.is_playing) tellWhere("pause", before, tell, clock);
    if (song && isLong(song) && (state === before || song.song_id !== last?.song_id)) ask(song);
    if (state.nest?.playback !== before.nest?.playback || state.nest?.dj !== before.nest?.dj) draw();
  });
  setInterval(() => isHeard(store.state()) && tellWhere("timeupdate", store.state(), tell, clock), TELL_EVERY_MS);
  onAction(root, "resume", async (button) => {
    await showRefusal(button, send(seek(offer.positionMs)));
    offer.songId = null;
    draw();
  });

  async function ask({ song_id: songId, trackid }) {
    const address = `/api/nests/${window.NEST_CODE}/progress?uri=${encodeURIComponent(trackid)}`;
    const { progress } = (await catchRefusal(getJson(address), () => {})) ?? {};
    const { nest } = store.state();
    if (!progress || progress.completed || nest?.song?.song_id !== songId) return;
    if (progress.position_ms - computePosition(nest.playback, clock.now()) < WORTH_IT_MS) return;
    Object.assign(offer, { songId, positionMs: progress.position_ms });
    setText(part(root, "resume-label"), `Go on at ${formatDuration(progress.position_ms)}`);
    draw();
  }
}

function isOffered({ songId }, state) {
  return songId !== null && state.nest?.song?.song_id === songId && mayControl(state) && state.you.may.seek;
}

// Whether a long recording plays and this device sounds.
function isHeard({ nest, device }) {
  return Boolean(nest?.song && isLong(nest.song) && nest.playback.is_playing && device.listening === "on");
}

function tellWhere(event, { nest: { song, playback } }, tell, clock) {
  tell(reportProgress(event, song.song_id, Math.round(computePosition(playback, clock.now())), song.duration_ms));
}

// Whether it was heard to its end; what was skipped keeps the place that was told last.
function tellEnd(before, tell, clock) {
  const { song, playback } = before.nest;
  const left = song.duration_ms - computePosition(playback, clock.now());
  if (before.device.listening === "on" && left < ENDING_MS) tellWhere("ended", before, tell, clock);
}
