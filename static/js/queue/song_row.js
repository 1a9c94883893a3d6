// One queued song as a row: drawn only where it has changed, so that 500 of them stay smooth.

import { readComments, hasMyJam, readJams } from "../reactions/reactions.js";
import { drawCover } from "../core/covers.js";
import { drawAvatarStack } from "../listeners/avatar_stack.js";
import { part, setText, show } from "../core/dom.js";
import { formatDuration, formatTimeOfDay, formatCount, isolateDirection } from "../core/format.js";
import { drawJamButton } from "../reactions/jams.js";
import { mayMove, mayRemove } from "../core/rights.js";

const drawn = new WeakMap(); // row -> what it shows

export function fillSongRow(row, song, startsAt, state) {
  const { nest, you } = state;
  const isLocked = nest.playback.locked_song_id === song.song_id;
  const mine = readMyVote(song, state);
  const { jams, comments } = state.pending;
  const isMovable = mayMove(song, state);
  const shows = [song, startsAt, isLocked, mine, isMovable, jams[song.song_id], comments, nest.nest, you];
  if (drawn.get(row)?.every((value, index) => value === shows[index])) return;
  drawn.set(row, shows);

  const isMine = song.user === you.id;
  drawCover(row.querySelector(".cover"), song);
  setText(part(row, "title"), song.title);
  setText(part(row, "line"), `${isolateDirection(song.artist)} · ${isMine ? "you" : isolateDirection(song.user_name)}`);
  setText(part(row, "when"), startsAt === null ? formatDuration(song.duration_ms) : formatTimeOfDay(startsAt));
  show(part(row, "lock"), isLocked);
  show(part(row, "explicit"), Boolean(song.explicit));
  show(part(row, "bender"), song.auto);
  show(part(row, "remove"), mayRemove(song, you));
  show(part(row, "move"), isMovable);
  part(row, "move").setAttribute("aria-label", `Move ${song.title}`);
  part(row, "remove").setAttribute("aria-label", `Remove ${song.title}`);
  part(row, "more").setAttribute("aria-label", `More for ${song.title}`);
  row.classList.toggle("is-mine", isMine);
  row.classList.toggle("is-locked", isLocked);
  row.classList.toggle("is-movable", isMovable);
  row.classList.toggle("is-benders", song.auto);
  fillVotes(row, song, mine);
  show(part(row, "up"), nest.nest.votes);
  show(part(row, "down"), nest.nest.votes && nest.nest.downvotes);
  fillReactions(row, song, state);
}

export function readMyVote(song, { pending }) {
  return pending.votes[song.song_id] ?? song.my_vote;
}

function fillVotes(row, song, mine) {
  const votes = song.vote + mine - song.my_vote;
  setText(part(row, "votes"), formatVotes(votes));
  labelVote(part(row, "up"), `Vote up ${song.title}${votes ? `, now ${formatVotes(votes)}` : ""}`, mine === 1);
  labelVote(part(row, "down"), `Vote down ${song.title}`, mine === -1);
  row.classList.toggle("is-voted-down", mine === -1);
}

function fillReactions(row, song, state) {
  const comments = readComments(song, state);
  drawJamButton(part(row, "jam"), hasMyJam(song, state), song.title);
  drawAvatarStack(part(row, "jams"), readJams(song, state));
  show(part(row, "said"), comments.length > 0);
  setText(part(row, "comments-count"), String(comments.length));
  const many = comments.length ? `, ${formatCount(comments.length, "comment", "comments")}` : "";
  part(row, "comments-button").setAttribute("aria-label", `Talk about ${song.title}${many}`);
}

function formatVotes(votes) {
  if (votes === 0) return "";
  return votes < 0 ? `−${-votes}` : String(votes);
}

function labelVote(button, name, isPressed) {
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-pressed", String(isPressed));
}
