// What this device cannot play: why, the sentence for it, and the report to the nest. The nest
// looks at the recording itself and decides for everyone; here it is only said what was met.

import { reportPlaybackFailure } from "../core/commands.js";
import { isOurs } from "../core/provider_links.js";
import { Refusal } from "../core/refusal.js";

const AGAIN_AFTER_MS = 5_000; // The nest counts reports that go on; a single one may be a hiccup.
const NETWORK_FAILED = 2; // MediaError.MEDIA_ERR_NETWORK
const DECODING_FAILED = 3; // MediaError.MEDIA_ERR_DECODE

const REFUSALS = {
  undecodable: { error: "unplayable", message: "This device cannot play this recording." },
  unreachable: { error: "unavailable", message: "The recording cannot be reached right now." },
  gesture_needed: { error: "gesture_needed", message: "The browser waits for a press before it plays." },
  ended_early: { error: "ended_early", message: "This recording is shorter than it says." },
};
const REPORTED = ["undecodable", "unreachable", "ended_early"]; // What may be wrong with the recording itself.
const REASONS = new Map(REPORTED.map((reason) => [REFUSALS[reason].error, reason]));

export function makePlaybackRefusal(reason) {
  return new Refusal(REFUSALS[reason]);
}

// Why a media element failed. An element says "not supported" of an address without a recording,
// too, so the address is asked.
export async function findFailureReason({ error, src }, ask = (url) => fetch(url, { method: "HEAD" })) {
  if (error?.code === NETWORK_FAILED) return "unreachable";
  if (error?.code === DECODING_FAILED) return "undecodable";
  try {
    return (await ask(src)).ok ? "undecodable" : "unreachable";
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // What fetch throws where there is no network.
    return "unreachable";
  }
}

// What decodeAudioData() gives; where it cannot, a Refusal is thrown.
export async function decodeOrRefuse(decoding) {
  try {
    return await decoding;
  } catch (fault) {
    if (fault.name !== "EncodingError") throw fault;
    throw makePlaybackRefusal("undecodable");
  }
}

// `tell` sends a command; `local` is a clock in ms. Returns report(song, refusal, positionMs).
export function createFailureReports(tell, local) {
  let last = { key: "", at: -Infinity };

  return function report(song, { error }, positionMs) {
    const reason = REASONS.get(error);
    if (!reason || !isOurs(song)) return; // What stands in for another song is not that song.
    const key = `${song.song_id} ${reason}`;
    if (key === last.key && local() - last.at < AGAIN_AFTER_MS) return;
    last = { key, at: local() };
    tell(reportPlaybackFailure(song.song_id, reason, Math.max(0, positionMs)));
  };
}
