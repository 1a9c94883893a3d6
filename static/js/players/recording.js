// A recording as decoded pieces, from any position on: FLAC a few seconds at a time; everything else
// as a whole, if it is short enough.

import { decodeOrRefuse, makePlaybackRefusal } from "./playback_failures.js";

const START_BYTES = 65_536;
const FLAC = "fLaC";

// `bytes` as of byte_reader.js; `decode(buffer)` gives an AudioBuffer. `from(ms)` begins at a position
// and gives {next}, which resolves to {buffer, beginsMs, endsMs, isLast}, each overlapping the one
// before, or null at the end. Kinds: "pieces" or "whole". Throws a Refusal.
export async function openRecording(bytes, decode) {
  const start = await bytes.read(0, START_BYTES);
  const isFlac = String.fromCharCode(...start.subarray(0, FLAC.length)) === FLAC;
  return (isFlac && (await openPieces(bytes, decode, start))) || openWhole(bytes, decode);
}

// What cuts FLAC is fetched with the first recording, not with the page.
async function openPieces(bytes, decode, start) {
  const { openFlac } = await import("./flac_recording.js").catch(() => {
    throw makePlaybackRefusal("unreachable");
  });
  return openFlac(bytes, decode, start);
}

function openWhole(bytes, decode) {
  let decoding = null;
  let lengthMs = Infinity; // Until it is decoded.

  async function decodeAll() {
    const buffer = (await bytes.read(0, bytes.size())).slice().buffer;
    const decoded = await decodeOrRefuse(decode(buffer));
    lengthMs = decoded.duration * 1_000;
    return decoded;
  }

  function from() {
    let isGiven = false;
    return {
      next: async () => {
        if (isGiven) return null;
        decoding ??= decodeAll().catch((fault) => {
          decoding = null; // The line may be there again the next time.
          throw fault;
        });
        const buffer = await decoding;
        isGiven = true;
        return { buffer, beginsMs: 0, endsMs: buffer.duration * 1_000, isLast: true };
      },
    };
  }

  return { kind: "whole", from, lengthMs: () => lengthMs, kbits: 0 };
}
