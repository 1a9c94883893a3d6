// Why a song stands where it stands, in two lines.

import { formatTimeOfDay, formatCount } from "../core/format.js";

const MINUTE_S = 60;
const OTHERS_NAMED = 2;
const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five"];

// `people` is what /fairness tells; `startsAt` is null while nothing moves.
export function explainPlace(song, { people, ahead, startsAt, isLocked, isShuffled, you }) {
  const reason = isShuffled && !song.auto ? "The queue is shuffled: its place was drawn by lot. " : describePlace(song);
  return [explainAirtime(song, people, you), explainTurn(reason, ahead, startsAt, isLocked)];
}

function explainAirtime(song, people, you) {
  if (song.auto) return `Bender's idea${song.reason ? `: ${song.reason}` : "."} It waits until people have had their turns.`;
  const readAirtime = (id) => people.find((person) => person.id === id)?.last_hour_s ?? 0;
  const isMine = song.user === you.id;
  const others = people.filter((person) => person.id !== song.user && person.last_hour_s >= 1).slice(0, OTHERS_NAMED);
  const first = `${isMine ? "You have" : `${song.user_name} has`} had ${formatMinutes(readAirtime(song.user))} of the last hour`;
  const rest = others.map((person) => `${person.id === you.id ? "you" : person.name} ${formatMinutes(person.last_hour_s)}`);
  return `${[first, ...rest].join(", ")}.`;
}

function explainTurn(reason, ahead, startsAt, isLocked) {
  const waits = isLocked ? "It is certain to play next" : `${describeAhead(ahead)} before it`;
  const when = startsAt === null ? "" : `, about ${formatTimeOfDay(startsAt)}`;
  return `${reason}${waits}${when}.`;
}

function describePlace(song) {
  return song.placed ? "The DJ has put it here. " : describeVotes(song.vote);
}

function describeVotes(votes) {
  if (votes === 0) return "";
  const many = Math.abs(votes);
  const word = formatCount(many, "vote", "votes").replace(String(many), NUMBERS[many] ?? String(many));
  return `${word} moved it ${votes > 0 ? "up" : "down"}. `;
}

function describeAhead({ songs, seconds }) {
  return songs === 0 ? "Nothing waits" : `${formatCount(songs, "song", "songs")} and ${formatMinutes(seconds)}`;
}

function formatMinutes(seconds) {
  if (seconds < 1) return "nothing";
  if (seconds < MINUTE_S) return "less than a minute";
  return `${Math.round(seconds / MINUTE_S)} min`;
}
