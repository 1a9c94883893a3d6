// Cuts a FLAC file into pieces that decode by themselves: the stream's header in front of some frames.
// A frame is found by its sync code and the checksum of its header, and believed if the next one
// follows where it must.
// https://www.rfc-editor.org/rfc/rfc9639 (sections 8 and 9)

const MAGIC = [0x66, 0x4c, 0x61, 0x43]; // fLaC
const STREAMINFO = 0;
const STREAMINFO_BYTES = 34;
const LAST = 0x80;
const LONGEST_HEADER = 16;
const SIZES = { 1: 192, 2: 576, 3: 1_152, 4: 2_304, 5: 4_608 };
const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  return crc;
});

function isFlac(bytes) {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

// What the first block of a FLAC file says: {rate, samples, blockSize, head}; `head` is what each
// piece begins with, a length and a checksum of the whole left out.
export function readHeader(bytes) {
  const info = bytes.slice(4, 8 + STREAMINFO_BYTES);
  if (!isFlac(bytes) || (info[0] & 0x7f) !== STREAMINFO) return null;
  const rate = (info[14] << 12) | (info[15] << 4) | (info[16] >> 4);
  const low = ((info[18] << 24) | (info[19] << 16) | (info[20] << 8) | info[21]) >>> 0;
  const samples = (info[17] & 0x0f) * 2 ** 32 + low;
  const blockSize = (info[6] << 8) | info[7];
  info[0] |= LAST;
  info[17] &= 0xf0;
  info.fill(0, 18);
  return { rate, samples, blockSize, head: Uint8Array.from([...MAGIC, ...info]) };
}

// Where the block of metadata that begins here ends, and whether it is the last before the sound.
export function readMetadataBlock(bytes, at) {
  const length = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  return { end: at + 4 + length, isLast: Boolean(bytes[at] & LAST) };
}

// The first frame at or after `from` that another one follows; null without one in these bytes.
export function findFirstFrame(bytes, from, header) {
  for (let frame = searchFrame(bytes, from, header); frame; frame = searchFrame(bytes, frame.at + 1, header)) {
    if (findNextFrame(bytes, frame, header)) return frame;
  }
  return null;
}

// All frames from this one on that begin within these bytes, each right after the one before.
export function findFrames(bytes, frame, header) {
  const found = [frame];
  for (let next = findNextFrame(bytes, frame, header); next; next = findNextFrame(bytes, next, header)) found.push(next);
  return found;
}

// The frame that continues another one; null if it does not begin within these bytes.
export function findNextFrame(bytes, { at, end }, header) {
  let found = searchFrame(bytes, at + 1, header);
  while (found && found.sample !== end) found = searchFrame(bytes, found.at + 1, header);
  return found;
}

function searchFrame(bytes, from, header) {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1 && at + LONGEST_HEADER <= bytes.length) {
    const frame = readFrame(bytes, at, header);
    if (frame) return frame;
    at = bytes.indexOf(0xff, at + 1);
  }
  return null;
}

// {at, sample, end}: where it begins in the bytes, and of which samples it is.
function readFrame(bytes, at, { blockSize }) {
  if ((bytes[at + 1] & 0xfe) !== 0xf8) return null;
  const [sizeCode, rateCode] = [bytes[at + 2] >> 4, bytes[at + 2] & 0x0f];
  if (sizeCode === 0 || rateCode === 15 || bytes[at + 3] >> 4 > 10 || bytes[at + 3] & 1) return null;

  const number = readCodedNumber(bytes, at + 4);
  if (!number) return null;
  let next = number.next;
  let size = SIZES[sizeCode] ?? 256 << (sizeCode - 8);
  if (sizeCode === 6) size = bytes[next++] + 1;
  if (sizeCode === 7) size = ((bytes[next++] << 8) | bytes[next++]) + 1;
  if (rateCode === 12) next += 1;
  if (rateCode === 13 || rateCode === 14) next += 2;
  if (computeCrc(bytes, at, next) !== bytes[next]) return null;

  const isNumbered = (bytes[at + 1] & 1) === 0; // By frames; else by samples.
  const sample = isNumbered ? number.value * blockSize : number.value;
  return { at, sample, end: sample + size };
}

// A number as in UTF-8, of up to 36 bits.
function readCodedNumber(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return { value: first, next: at + 1 };
  let more = 0;
  while (first & (0x40 >> more)) more += 1;
  if (more === 0 || more > 6) return null;
  let value = first & (0x3f >> more);
  for (let each = 1; each <= more; each += 1) {
    if ((bytes[at + each] & 0xc0) !== 0x80) return null;
    value = value * 64 + (bytes[at + each] & 0x3f);
  }
  return { value, next: at + 1 + more };
}

function computeCrc(bytes, from, to) {
  let crc = 0;
  for (let at = from; at < to; at += 1) crc = CRC8[crc ^ bytes[at]];
  return crc;
}

// A file of its own, of the frames in these bytes.
export function makePiece({ head }, frames) {
  const piece = new Uint8Array(head.length + frames.length);
  piece.set(head);
  piece.set(frames, head.length);
  return piece.buffer;
}
