"""FLAC (RFC 9639): the header promises a length, and the last frame says how much there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from player.library.containers.base import (
    NO_SOUND,
    Contents,
    Unfit,
    after_id3,
    milliseconds,
    read_at,
    size_of,
)

STREAMINFO_BYTES = 34
TAIL_BYTES = 128 * 1024  # Holds several frames of any usual FLAC.
LONGEST_HEADER = 16


@dataclass(frozen=True)
class StreamInfo:
    block: int  # samples in each frame of a stream with frames of one size
    largest_frame: int  # bytes; 0 where the encoder did not know
    rate: int
    total: int  # samples; 0 where the encoder did not know


@dataclass(frozen=True)
class Frame:
    start: int  # samples before it
    samples: int

    @property
    def end(self) -> int:
        return self.start + self.samples


def inspect(file: BinaryIO) -> Contents:
    """Raises Unfit."""
    place = after_id3(file)
    if read_at(file, place, 4) != b"fLaC":
        raise Unfit("not a flac file inside")
    info, sound_at = metadata(file, place + 4)
    first = next(frames_in(read_at(file, sound_at, TAIL_BYTES), info), None)
    if first is None:
        raise Unfit(NO_SOUND)
    start = max(sound_at, size_of(file) - max(TAIL_BYTES, 3 * info.largest_frame))
    last = last_frame(read_at(file, start, size_of(file) - start), info)
    promised = milliseconds(info.total, info.rate)
    if last is None:  # Something long stands behind the sound.
        return Contents("flac", promised, promised, is_exact=False)
    if last.end >= info.total:
        length = milliseconds(last.end, info.rate)
        return Contents("flac", length, promised or length, is_exact=True)
    # What it ends in is most likely half a frame, which nobody plays.
    return Contents("flac", milliseconds(last.start, info.rate), promised, is_exact=False)


def metadata(file: BinaryIO, place: int) -> tuple[StreamInfo, int]:
    """What the stream says of itself, and where its first frame begins. Raises Unfit."""
    info, is_last = None, False
    while not is_last:
        head = read_at(file, place, 4)
        if len(head) < 4:
            raise Unfit("cannot be read as flac")
        is_last, kind, length = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:])
        if kind == 0:
            info = stream_info(file.read(STREAMINFO_BYTES))
        place += 4 + length
    if info is None:
        raise Unfit("cannot be read as flac")
    return info, place


def stream_info(data: bytes) -> StreamInfo:
    """Raises Unfit."""
    packed = int.from_bytes(data[10:18])  # rate 20 bits, channels 3, bits 5, total 36
    rate = packed >> 44
    if len(data) < STREAMINFO_BYTES or not rate:
        raise Unfit("cannot be read as flac")
    return StreamInfo(
        block=int.from_bytes(data[2:4]),
        largest_frame=int.from_bytes(data[7:10]),
        rate=rate,
        total=packed & 0xF_FFFF_FFFF,
    )


def last_frame(data: bytes, info: StreamInfo) -> Frame | None:
    """The last that follows another without a gap: chance does not make two of them."""
    before, last = None, None
    for frame in frames_in(data, info):
        if before is None or frame.start == before.end or frame.start == 0:
            last = frame
        before = frame
    return last


def frames_in(data: bytes, info: StreamInfo) -> Iterator[Frame]:
    place = data.find(b"\xff")
    while place >= 0:
        # The last frame of silence may be shorter than a header can be.
        head = data[place : place + LONGEST_HEADER].ljust(LONGEST_HEADER, b"\0")
        frame = frame_at(head, info)
        if frame:
            yield frame
        place = data.find(b"\xff", place + 1)


def frame_at(head: bytes, info: StreamInfo) -> Frame | None:
    if head[1] & 0xFE != 0xF8 or head[3] & 1:
        return None
    size_code, rate_code = head[2] >> 4, head[2] & 0x0F
    if size_code == 0 or rate_code == 15 or head[3] >> 4 > 10:
        return None
    number, place = read_coded_number(head)
    if number is None:
        return None
    samples, place = block_size(head, size_code, place)
    place += {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if crc8(head[:place]) != head[place]:
        return None
    is_variable = head[1] & 1
    return Frame(number if is_variable else number * info.block, samples)


def read_coded_number(head: bytes) -> tuple[int | None, int]:
    """A frame's or a sample's number, coded as UTF-8 codes letters, and where it ends."""
    first = head[4]
    if first < 0x80:
        return first, 5
    more = 8 - (first ^ 0xFF).bit_length() - 1
    if not 1 <= more <= 6:
        return None, 0
    number = first & (0x3F >> more)
    for byte in head[5 : 5 + more]:
        if byte & 0xC0 != 0x80:
            return None, 0
        number = number << 6 | byte & 0x3F
    return number, 5 + more


def block_size(head: bytes, code: int, place: int) -> tuple[int, int]:
    match code:
        case 1:
            return 192, place
        case 6:
            return head[place] + 1, place + 1
        case 7:
            return int.from_bytes(head[place : place + 2]) + 1, place + 2
        case _:
            return (576 << code - 2 if code < 6 else 256 << code - 8), place


def crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ (0x07 if value & 0x80 else 0)) & 0xFF
    return value
