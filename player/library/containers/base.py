"""What a file of sound holds, read off its own structure: the codec, and how much is there."""

from dataclasses import dataclass
from typing import BinaryIO

LARGEST_ID3 = 64 * 1024 * 1024


class Unfit(Exception):
    """Not a song of the library; the message says why."""


NO_SOUND = "no sound in it"


@dataclass(frozen=True)
class Contents:
    codec: str  # A key of PLAYED, or the name of one that browsers do not play.
    duration_ms: int
    promised_ms: int  # What the header says; the same in an honest file.
    is_exact: bool  # Read off the last of the sound itself: a decoder cannot know better.
    is_explicit: bool = False  # Where the container itself has a place to say so.


def milliseconds(units: int, rate: int) -> int:
    return round(units * 1000 / rate)


def size_of(file: BinaryIO) -> int:
    return file.seek(0, 2)


def read_at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def after_id3(file: BinaryIO, place: int = 0) -> int:
    """Where the sound begins behind the ID3v2 tags at `place`; several may follow each other."""
    while (head := read_at(file, place, 10))[:3] == b"ID3" and len(head) == 10:
        length = 0
        for byte in head[6:]:
            length = length << 7 | byte & 0x7F
        footer = 10 if head[5] & 0x10 else 0
        place += 10 + min(length, LARGEST_ID3) + footer
    return place
