// What makes phones and media keys take a page of Web Audio for a player of music.

// A recording of almost nothing, in a media element. With one of these playing, phones go on with
// their screen locked and their ringer off, and the media keys find this page.
export function createCarrier() {
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  const audio = new Audio(URL.createObjectURL(makeSilentWav()));
  audio.loop = true;
  return {
    play: () => audio.play().catch(() => {}), // Refused without a press: only the extras are missing.
    pause: () => audio.pause(),
  };
}

const CARRIER_RATE = 8_000;
const CARRIER_SECONDS = 6; // Shorter ones are taken for an alert and get no media keys.

// A WAV file whose samples are the smallest there are.
function makeSilentWav() {
  const samples = Int16Array.from({ length: CARRIER_RATE * CARRIER_SECONDS }, (_, at) => at & 1);
  const head = new DataView(new ArrayBuffer(44));
  const word = (at, text) => [...text].forEach((letter, each) => head.setUint8(at + each, letter.charCodeAt(0)));
  word(0, "RIFF");
  head.setUint32(4, 36 + samples.byteLength, true);
  word(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, CARRIER_RATE, true);
  head.setUint32(28, CARRIER_RATE * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  word(36, "data");
  head.setUint32(40, samples.byteLength, true);
  return new Blob([head.buffer, samples.buffer], { type: "audio/wav" });
}
