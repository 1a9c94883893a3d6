// Why a song stands where it stands, in two lines.

import { asTimeOfDay, counted } from "./format.js";

const MINUTE_S = 60;
const OTHERS_NAMED = 2;
const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five"];

// `people` is what /fairness tells; `startsAt` is null while nothing moves.
export function whyHere(song, { people, ahead, startsAt, isLocked, you }) {
  return [airtime(song, people, you), place(song, ahead, startsAt, isLocked)];
}

function airtime(song, people, you) {
  if (song.auto) return `Bender's idea${song.reason ? `: ${song.reason}` : "."} It waits until people have had their turns.`;
  const heardOf = (email) => people.find((person) => person.email === email)?.last_hour_s ?? 0;
  const isMine = song.user === you.email;
  const others = people.filter((person) => person.email !== song.user && person.last_hour_s >= 1).slice(0, OTHERS_NAMED);
  const first = `${isMine ? "You have" : `${song.user_name} has`} had ${minutes(heardOf(song.user))} of the last hour`;
  const rest = others.map((person) => `${person.email === you.email ? "you" : person.name} ${minutes(person.last_hour_s)}`);
  return `${[first, ...rest].join(", ")}.`;
}

function place(song, ahead, startsAt, isLocked) {
  const votes = movedBy(song.vote);
  const waits = isLocked ? "It is certain to play next" : `${lengthOf(ahead)} before it`;
  const when = startsAt === null ? "" : `, about ${asTimeOfDay(startsAt)}`;
  return `${votes}${waits}${when}.`;
}

function movedBy(votes) {
  if (votes === 0) return "";
  const many = Math.abs(votes);
  const word = counted(many, "vote", "votes").replace(String(many), NUMBERS[many] ?? String(many));
  return `${word} moved it ${votes > 0 ? "up" : "down"}. `;
}

function lengthOf({ songs, seconds }) {
  return songs === 0 ? "Nothing waits" : `${counted(songs, "song", "songs")} and ${minutes(seconds)}`;
}

function minutes(seconds) {
  if (seconds < 1) return "nothing";
  if (seconds < MINUTE_S) return "less than a minute";
  return `${Math.round(seconds / MINUTE_S)} min`;
}
