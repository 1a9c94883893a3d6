"""FLAC metadata, written by hand: tags, cover and seek table in front of untouched audio.

Format: RFC 9639. libsndfile writes neither pictures nor seek tables, and a FLAC without a seek
table is searched by bisection over the network: seconds instead of one request.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKER = b"fLaC"
STREAMINFO, PADDING, SEEKTABLE, VORBIS_COMMENT, PICTURE = 0, 1, 3, 4, 6
LAST_BLOCK = 0x80
FRONT_COVER = 3
SEEK_EVERY_SECONDS = 1
SYNC = b"\xff\xf8"  # fixed block size, which is what libsndfile writes
VENDOR = "Andre"
MAX_FRAME_HEADER = 16


@dataclass(frozen=True)
class Picture:
    data: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True)
class StreamInfo:
    block_size: int
    rate: int
    samples: int


def write_metadata(path: Path, tags: dict[str, str], cover: Picture) -> None:
    """Rewrite a plain FLAC file with tags, cover and seek table. Raises ValueError."""
    data = path.read_bytes()
    blocks, audio_at = read_blocks(data)
    audio = data[audio_at:]
    streaminfo = next(body for kind, body in blocks if kind == STREAMINFO)
    path.write_bytes(
        MARKER
        + block(STREAMINFO, streaminfo)
        + block(SEEKTABLE, seek_table(parse_streaminfo(streaminfo), audio))
        + block(VORBIS_COMMENT, vorbis_comment(tags))
        + block(PICTURE, picture(cover), last=True)
        + audio
    )


def read_blocks(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """The metadata blocks as (kind, body), and where the audio begins. Raises ValueError."""
    if data[:4] != MARKER:
        raise ValueError("this is not a FLAC file")
    blocks, at, last = [], 4, False
    while not last:
        head, size = data[at], int.from_bytes(data[at + 1 : at + 4])
        blocks.append((head & ~LAST_BLOCK, data[at + 4 : at + 4 + size]))
        last, at = bool(head & LAST_BLOCK), at + 4 + size
    return blocks, at


def block(kind: int, body: bytes, last: bool = False) -> bytes:
    return bytes([kind | (LAST_BLOCK if last else 0)]) + len(body).to_bytes(3) + body


def parse_streaminfo(body: bytes) -> StreamInfo:
    packed = int.from_bytes(body[10:18])
    return StreamInfo(
        block_size=int.from_bytes(body[0:2]),
        rate=packed >> 44,
        samples=packed & (2**36 - 1),
    )


def seek_table(info: StreamInfo, audio: bytes) -> bytes:
    """One point a second: the frame that holds it, its first sample and its offset."""
    offsets = list(frame_offsets(audio))
    points = range(0, info.samples, info.rate * SEEK_EVERY_SECONDS)
    frames = sorted({sample // info.block_size for sample in points})
    return b"".join(
        struct.pack(
            ">QQH",
            frame * info.block_size,
            offsets[frame],
            min(info.block_size, info.samples - frame * info.block_size),
        )
        for frame in frames
        if frame < len(offsets)
    )


def frame_offsets(audio: bytes) -> Iterator[int]:
    """Where each frame begins. Sound may imitate the sync code, hence number and checksum."""
    at, expected = 0, 0
    while (at := audio.find(SYNC, at)) >= 0:
        if frame_number(audio[at : at + MAX_FRAME_HEADER]) == expected:
            yield at
            expected += 1
        at += 2


def frame_number(header: bytes) -> int | None:
    """The number in a frame header whose CRC-8 is right."""
    if len(header) < 6:
        return None
    number, size = read_coded_number(header[4:11])
    if number is None:
        return None
    end = (
        4
        + size
        + {6: 1, 7: 2}.get(header[2] >> 4, 0)
        + {12: 1, 13: 2, 14: 2}.get(header[2] & 15, 0)
    )
    return number if end < len(header) and crc8(header[:end]) == header[end] else None


def read_coded_number(data: bytes) -> tuple[int | None, int]:
    """A number in the extended UTF-8 of FLAC frame headers, and how many bytes it took."""
    first = data[0]
    if first < 0x80:
        return first, 1
    size = 8 - (first ^ 0xFF).bit_length()
    if not 2 <= size <= len(data) or any(byte >> 6 != 2 for byte in data[1:size]):
        return None, 0
    number = first & (0x7F >> size)
    for byte in data[1:size]:
        number = number << 6 | byte & 0x3F
    return number, size


def crc8(data: bytes) -> int:
    """Polynomial x^8 + x^2 + x + 1, from zero."""
    crc = 0
    for byte in data:
        crc = CRC8_TABLE[crc ^ byte]
    return crc


def crc8_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte << 1 ^ (0x07 if byte & 0x80 else 0)) & 0xFF
    return byte


CRC8_TABLE = tuple(crc8_of(byte) for byte in range(256))


def vorbis_comment(tags: dict[str, str]) -> bytes:
    lines = [f"{name.upper()}={text}".encode() for name, text in tags.items()]
    vendor = VENDOR.encode()
    return b"".join(
        [little(len(vendor)), vendor, little(len(lines))]
        + [little(len(line)) + line for line in lines]
    )


def little(number: int) -> bytes:
    return number.to_bytes(4, "little")


def picture(cover: Picture) -> bytes:
    mime = cover.mime.encode()
    return (
        struct.pack(">II", FRONT_COVER, len(mime))
        + mime
        + struct.pack(">IIIIII", 0, cover.width, cover.height, 24, 0, len(cover.data))
        + cover.data
    )
