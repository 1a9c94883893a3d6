// What this device cannot play: why, the sentence for it, and the report to the nest. The nest
// looks at the recording itself and decides for everyone; here it is only said what was met.

import { reportPlaybackFailure } from "../commands.js";
import { Refusal } from "../refusal.js";

const AGAIN_AFTER_MS = 5_000; // The nest counts reports that go on; a single one may be a hiccup.
const NETWORK_FAILED = 2; // MediaError.MEDIA_ERR_NETWORK
const DECODING_FAILED = 3; // MediaError.MEDIA_ERR_DECODE

const REFUSALS = {
  undecodable: { error: "unplayable", message: "This device cannot play this recording." },
  unreachable: { error: "unavailable", message: "The recording cannot be reached right now." },
  ended_early: { error: "ended_early", message: "This recording is shorter than it says." },
};
const REASONS = new Map(Object.entries(REFUSALS).map(([reason, { error }]) => [error, reason]));

export function refusalOf(reason) {
  return new Refusal(REFUSALS[reason]);
}

// Why a media element failed. An element says "not supported" of an address without a recording,
// too, so the address is asked.
export async function reasonOf({ error, src }, ask = (url) => fetch(url, { method: "HEAD" })) {
  if (error?.code === NETWORK_FAILED) return "unreachable";
  if (error?.code === DECODING_FAILED) return "undecodable";
  try {
    return (await ask(src)).ok ? "undecodable" : "unreachable";
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // What fetch throws where there is no network.
    return "unreachable";
  }
}

// `tell` sends a command; `local` is a clock in ms. Returns report(song, refusal, positionMs).
export function createFailureReports(tell, local) {
  let last = { key: "", at: -Infinity };

  return function report(song, { error }, positionMs) {
    const reason = REASONS.get(error);
    if (!reason || song.src !== "library") return; // What stands in for another song is not that song.
    const key = `${song.song_id} ${reason}`;
    if (key === last.key && local() - last.at < AGAIN_AFTER_MS) return;
    last = { key, at: local() };
    tell(reportPlaybackFailure(song.song_id, reason, Math.max(0, positionMs)));
  };
}
