// FLAC (RFC 9639) as small as a test needs it: headers of frames with their checksum, and numbers.

export function frame(number) {
  const coded = number < 128 ? [number] : [0xc0 | (number >> 6), 0x80 | (number & 0x3f)];
  const head = [0xff, 0xf8, 0xc9, 0x18, ...coded];
  return [...head, crc8(head)];
}

function crc8(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 7) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}

export function be(value, bytes) {
  return Array.from({ length: bytes }, (_, at) => (value / 2 ** (8 * (bytes - 1 - at))) & 0xff);
}
