// Many songs queued one after the other, as far as the nest takes them.

import { addSongs } from "../core/commands.js";
import { formatCount } from "../core/format.js";
import { catchRefusal } from "../core/refusal.js";
import { formatRefusal } from "../core/refusal_display.js";
import { measureVideos } from "../search/add_results.js";

// A refused command takes none of its songs, and what a person may add in an hour is counted by them all:
// with few at a time most of what is allowed is taken.
const AT_ONCE = 10;

// Resolves to {queued, waiting, rejected, asked}: counts, and refusals with the uri of each.
export async function queueSongs(uris, send) {
  const found = { queued: 0, waiting: 0, rejected: [], asked: uris.length };
  for (let at = 0; at < uris.length; at += AT_ONCE) {
    const some = uris.slice(at, at + AT_ONCE);
    const adding = measureVideos(some).then((lengths) => send(addSongs(some, lengths)));
    const answer = await catchRefusal(adding, (refusal) => ({ refusal }));
    found.queued += answer.added?.length ?? 0;
    found.waiting += answer.waiting?.length ?? 0;
    found.rejected.push(...(answer.refusal ? [answer.refusal] : answer.rejected ?? []));
    if (found.rejected.some(isEndOfAll)) return found;
  }
  return found;
}

// Nothing that comes after it will be taken either.
function isEndOfAll({ uri, error }) {
  return uri === undefined || error === "queue_full";
}

export function describeQueued({ queued, waiting, rejected, asked }) {
  const taken = queued + waiting;
  const parts = [taken < asked ? `${taken} of ${formatCount(asked, "song", "songs")} queued.` : `${formatCount(taken, "song", "songs")} queued.`];
  if (waiting) parts.push(`${waiting} of them ${waiting === 1 ? "waits" : "wait"} for approval.`);
  // Of each kind the first: twelve songs that wait already are one sentence.
  const firsts = rejected.filter(({ error }, at) => rejected.findIndex((other) => other.error === error) === at);
  return [...parts, ...firsts.map(formatRefusal)].join(" ");
}
