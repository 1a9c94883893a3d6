// Who sits where on the line, and who of them hops: functions of the store alone.

import { findNewJams } from "../reactions/reactions.js";

const FEW = 5; // So many have room even on the narrowest line.

// I sit first, so that everyone finds themselves, and where not all find room whose song plays
// sits next; the others stay where they landed.
export function orderSeats(listeners, you, song) {
  const isCrowded = listeners.length > FEW;
  const seatOf = ({ id }) => {
    if (id === you.id) return 0;
    return isCrowded && id === song?.user ? 1 : 2;
  };
  return listeners.toSorted((one, other) => seatOf(one) - seatOf(other));
}

// What is drawn on so many seats: people, and how many more there are as the last of them.
export function fillSeats(people, seats) {
  if (people.length <= seats) return people;
  const shown = people.slice(0, seats - 1);
  return [...shown, { id: "+", more: people.length - shown.length }];
}

// Who has begun to jam between two states. I hop when I press, not once more when the nest repeats it.
export function findJammers({ nest, you, pending }, before) {
  const isJustPressed = Object.entries(pending.jams).some(([songId, wanted]) => wanted && !before.pending.jams[songId]);
  if (isJustPressed) return [you.id];
  if (!nest || !before.nest) return [];

  const isRepeated = Object.values(before.pending.jams).includes(true);
  return findNewJams(before.nest, nest).filter((id) => !isRepeated || id !== you.id);
}
