// One queued song as a row: drawn only where it has changed, so that 500 of them stay smooth.

import { commentsOf, hasMyJam, jamsOf } from "./cheers.js";
import { drawCover } from "./covers.js";
import { drawCrowd } from "./crowd.js";
import { part, setText, show } from "./dom.js";
import { asMinutes, asTimeOfDay, counted, isolated } from "./format.js";
import { pressed } from "./jamming.js";
import { mayRemove } from "./rights.js";

const drawn = new WeakMap(); // row -> what it shows

export function fillRow(row, song, startsAt, state) {
  const { nest, you } = state;
  const isLocked = nest.playback.locked_song_id === song.song_id;
  const mine = myVote(song, state);
  const jam = state.jamsInFlight[song.song_id];
  const shows = [song, startsAt, isLocked, mine, jam, state.saying, nest.nest, you];
  if (drawn.get(row)?.every((value, index) => value === shows[index])) return;
  drawn.set(row, shows);

  const isMine = song.user === you.email;
  drawCover(row.querySelector(".cover"), song);
  setText(part(row, "title"), song.title);
  setText(part(row, "line"), `${isolated(song.artist)} · ${isMine ? "you" : isolated(song.user_name)}`);
  setText(part(row, "when"), startsAt === null ? asMinutes(song.duration_ms) : asTimeOfDay(startsAt));
  show(part(row, "lock"), isLocked);
  show(part(row, "explicit"), Boolean(song.explicit));
  show(part(row, "bender"), song.auto);
  show(part(row, "remove"), mayRemove(song, you));
  part(row, "remove").setAttribute("aria-label", `Remove ${song.title}`);
  part(row, "more").setAttribute("aria-label", `More for ${song.title}`);
  row.classList.toggle("is-mine", isMine);
  row.classList.toggle("is-locked", isLocked);
  row.classList.toggle("is-benders", song.auto);
  fillVotes(row, song, mine);
  fillCheers(row, song, state);
}

export function myVote(song, { votesInFlight }) {
  return votesInFlight[song.song_id] ?? song.my_vote;
}

function fillVotes(row, song, mine) {
  const votes = song.vote + mine - song.my_vote;
  setText(part(row, "votes"), signed(votes));
  label(part(row, "up"), `Vote up ${song.title}${votes ? `, now ${signed(votes)}` : ""}`, mine === 1);
  label(part(row, "down"), `Vote down ${song.title}`, mine === -1);
  row.classList.toggle("is-voted-down", mine === -1);
}

function fillCheers(row, song, state) {
  const comments = commentsOf(song, state);
  pressed(part(row, "jam"), hasMyJam(song, state), song.title);
  drawCrowd(part(row, "jams"), jamsOf(song, state));
  show(part(row, "said"), comments.length > 0);
  setText(part(row, "comments-count"), String(comments.length));
  const many = comments.length ? `, ${counted(comments.length, "comment", "comments")}` : "";
  part(row, "talk").setAttribute("aria-label", `Talk about ${song.title}${many}`);
}

function signed(votes) {
  if (votes === 0) return "";
  return votes < 0 ? `−${-votes}` : String(votes);
}

function label(button, name, isPressed) {
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-pressed", String(isPressed));
}
