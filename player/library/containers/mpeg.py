"""MP3 and AAC as bare frames: how long they are is known only by counting them.

MP3 usually begins with a frame that holds no sound but the count of the others (Xing, Info). It is
believed where the size of the file bears it out; files put together, cut off or without it are
walked from frame to frame.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from player.library.containers.base import (
    Contents,
    Unfit,
    after_id3,
    milliseconds,
    read_at,
    size_of,
)

LOOKED_THROUGH = 64 * 1024  # for a first frame, or the next one where something stands between
RATES = (44_100, 48_000, 32_000)
BITRATES = (  # kbit/s of layer III: MPEG 1, then MPEG 2 and 2.5
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
AAC_RATES = (96, 88.2, 64, 48, 44.1, 32, 24, 22.05, 16, 12, 11.025, 8, 7.35)  # kHz
ID3V1_BYTES = 128
APE_FOOTER_BYTES = 32
MOST_GAPS = 1_000  # between frames; a file with more is no music
SLACK_BYTES = 4_096  # by which a count's size and the file's may differ: a frame or two


@dataclass(frozen=True)
class Frame:
    length: int  # bytes
    samples: int
    rate: int


@dataclass(frozen=True)
class Count:
    """What the first frame of an MP3 says of the others."""

    samples: int
    length: int  # bytes; 0 where it does not say


Reader = Callable[[bytes], Frame | None]


def inspect_mp3(file: BinaryIO) -> Contents:
    place, frame = first_frame(file, mp3_frame, "mp3")
    end = end_of_sound(file)
    count = count_in(read_at(file, place, min(frame.length, LOOKED_THROUGH)), frame)
    promised = milliseconds(count.samples, frame.rate) if count else 0
    if count and abs(count.length - (end - place)) <= SLACK_BYTES:
        return Contents("mp3", promised, promised, is_exact=True)
    start = place + frame.length if count else place
    return count_all("mp3", file, start, end, mp3_frame, promised)


def inspect_aac(file: BinaryIO) -> Contents:
    place, _ = first_frame(file, aac_frame, "aac")
    return count_all("aac", file, place, end_of_sound(file), aac_frame, 0)


def count_all(
    codec: str, file: BinaryIO, start: int, end: int, read: Reader, promised: int
) -> Contents:
    samples: Counter[int] = Counter()
    for frame in frames(file, start, end, read):
        samples[frame.rate] += frame.samples
    length = round(sum(count * 1000 / rate for rate, count in samples.items()))
    return Contents(codec, length, promised or length, is_exact=True)


def frames(file: BinaryIO, place: int, end: int, read: Reader) -> Iterator[Frame]:
    """One after the other; tags and rubbish between them are stepped over. Raises Unfit."""
    gaps = 0
    file.seek(place)
    while place < end:
        frame = read(file.read(8))
        if frame is None:
            gaps += 1
            if gaps > MOST_GAPS:
                raise Unfit("cannot be read: its frames do not follow each other")
            place = next_frame(file, place, end, read)
        elif place + frame.length > end:
            return  # Cut off in the middle.
        else:
            yield frame
            place += frame.length
        file.seek(place)


def next_frame(file: BinaryIO, place: int, end: int, read: Reader) -> int:
    """Where the next one begins, at `end` if there is none within sight."""
    place = after_id3(file, place)
    data = read_at(file, place, LOOKED_THROUGH)
    for at in places_of(data):
        frame = read(data[at : at + 8])
        if frame and is_followed(file, place + at + frame.length, end, read):
            return place + at
    return min(end, place + max(1, len(data)))


def places_of(data: bytes) -> Iterator[int]:
    at = data.find(b"\xff")
    while at >= 0:
        yield at
        at = data.find(b"\xff", at + 1)


def is_followed(file: BinaryIO, place: int, end: int, read: Reader) -> bool:
    return place == end or (place < end and read(read_at(file, place, 8)) is not None)


def first_frame(file: BinaryIO, read: Reader, kind: str) -> tuple[int, Frame]:
    """Raises Unfit."""
    place, end = after_id3(file), end_of_sound(file)
    found = next_frame(file, place, end, read)
    frame = read(read_at(file, found, 8)) if found < end else None
    if frame is None:
        raise Unfit(other_layer(read_at(file, place, 4)) or f"not a {kind} file inside")
    return found, frame


def other_layer(head: bytes) -> str:
    is_older = len(head) == 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 > 2
    return "MPEG layer I or II: this codec is not played by browsers" if is_older else ""


def end_of_sound(file: BinaryIO) -> int:
    """Without what taggers put behind it."""
    end = size_of(file)
    if end >= ID3V1_BYTES and read_at(file, end - ID3V1_BYTES, 3) == b"TAG":
        end -= ID3V1_BYTES
    footer = read_at(file, max(0, end - APE_FOOTER_BYTES), APE_FOOTER_BYTES)
    if footer[:8] == b"APETAGEX":
        has_header = APE_FOOTER_BYTES if footer[23] & 0x80 else 0
        end -= int.from_bytes(footer[12:16], "little") + has_header
    return max(0, end)


def mp3_frame(head: bytes) -> Frame | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bitrate_code, rate_code = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate_code in (0, 15) or rate_code == 3:
        return None
    is_first = version == 3
    rate = RATES[rate_code] >> (0 if is_first else 1 if version == 2 else 2)
    bitrate = BITRATES[0 if is_first else 1][bitrate_code] * 1000
    length = (144 if is_first else 72) * bitrate // rate + (head[2] >> 1 & 1)
    return Frame(length, 1152 if is_first else 576, rate)


def aac_frame(head: bytes) -> Frame | None:
    """Of an ADTS stream."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    rate_code = head[2] >> 2 & 0x0F
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate_code >= len(AAC_RATES) or length <= 7:
        return None
    return Frame(length, 1024 * ((head[6] & 3) + 1), round(AAC_RATES[rate_code] * 1000))


def count_in(data: bytes, frame: Frame) -> Count | None:
    at = max(data.find(b"Xing", 0, 200), data.find(b"Info", 0, 200))
    if at < 0:
        return vbri_in(data, frame)
    flags, place = int.from_bytes(data[at + 4 : at + 8]), at + 8
    if not flags & 1:
        return None
    total = int.from_bytes(data[place : place + 4]) * frame.samples
    length = int.from_bytes(data[place + 4 : place + 8]) if flags & 2 else 0
    place += 4 + (4 if flags & 2 else 0) + (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    # Behind the encoder's name: by how much it has lengthened the beginning and the end.
    added = int.from_bytes(data[place + 21 : place + 24])
    trimmed = total - (added >> 12) - (added & 0xFFF)
    return Count(trimmed if trimmed > 0 else total, length)


def vbri_in(data: bytes, frame: Frame) -> Count | None:
    if data[36:40] != b"VBRI":
        return None
    total = int.from_bytes(data[50:54]) * frame.samples
    return Count(total, int.from_bytes(data[46:50]))
