// Songs that wait for approval: to whoever approves them all of them, to anybody else their own.

import { approveSong, refuseSong, removeSong } from "../core/commands.js";
import { drawCover } from "../core/covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatCount, formatDuration, isolateDirection } from "../core/format.js";
import { isDj } from "../core/rights.js";
import { showRefusal } from "../core/refusal_display.js";

const READ_WITHIN_MS = 8_000;

export function mountProposals(root, store, send) {
  store.subscribe((state, before) => {
    const { nest, you } = state;
    if (nest?.refusal && nest.refusal !== before.nest?.refusal && nest.refusal.user === you.id) tellRefused(store, nest.refusal);
    const isNew = nest?.proposals !== before.nest?.proposals || nest?.dj !== before.nest?.dj || you !== before.you || state === before;
    if (nest && isNew) render(root, state);
  });
  onAction(root, "approve", (button) => showRefusal(button, send(approveSong(songIdOf(button)))));
  onAction(root, "refuse", (button) => showRefusal(button, send(refuseSong(songIdOf(button)))));
  onAction(root, "withdraw", (button) => showRefusal(button, send(removeSong(songIdOf(button)))));
}

function render(root, { nest, you }) {
  const decides = you.may.approve_song || isDj({ nest, you });
  const shown = nest.proposals.filter((song) => decides || song.user === you.id);
  show(root, shown.length > 0);
  setText(part(root, "summary"), decides ? formatCount(shown.length, "song", "songs") : "Not decided yet");
  reconcile(part(root, "list"), shown, {
    key: (song) => song.song_id,
    make: () => clone("proposal-template"),
    update: (row, song) => fillRow(row, song, you, decides),
  });
}

function fillRow(row, song, you, decides) {
  const name = song.user === you.id ? "you" : isolateDirection(song.user_name);
  drawCover(row.querySelector(".cover"), song);
  setText(part(row, "title"), song.title);
  setText(part(row, "line"), `${isolateDirection(song.artist)} · ${name} · ${formatDuration(song.duration_ms)}`);
  show(part(row, "explicit"), Boolean(song.explicit));
  show(part(row, "approve"), decides);
  show(part(row, "refuse"), decides);
  show(part(row, "withdraw"), !decides);
  part(row, "approve").setAttribute("aria-label", `Approve ${song.title}`);
  part(row, "refuse").setAttribute("aria-label", `Refuse ${song.title}`);
  part(row, "withdraw").setAttribute("aria-label", `Take ${song.title} back`);
}

function tellRefused(store, { song_id: songId, title }) {
  const notice = {
    token: `refused ${songId}`,
    sentence: `“${title}” was not approved.`,
    until: performance.now() + READ_WITHIN_MS,
    isNotice: true,
  };
  store.set({ undoable: [...store.state().undoable, notice] });
}

function songIdOf(button) {
  return Number(button.closest(".row").dataset.key);
}
