"""WAV: a header of chunks, and samples up to the end of theirs or of the file."""

from collections.abc import Iterator
from typing import BinaryIO

from player.library.containers.base import NO_SOUND, Contents, Unfit, milliseconds, read_at, size_of

EXTENSIBLE = 0xFFFE  # The real format stands further behind.
UNKNOWN_SIZES = (0, 0xFFFF_FFFF)  # of a recorder that could not go back to write it
CODECS = {
    1: "pcm",
    3: "float",
    6: "a-law",
    7: "µ-law",
    2: "ADPCM",
    0x11: "ADPCM",
    0x55: "MP3 in WAV",
}


def inspect(file: BinaryIO) -> Contents:
    """Raises Unfit."""
    head = read_at(file, 0, 12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise Unfit("not a wav file inside")
    form, end = b"", size_of(file)
    for name, place, size in chunks(file, end):
        if name == b"fmt ":
            form = read_at(file, place, min(size, 40))
        elif name == b"data" and len(form) >= 16:
            there = min(size, end - place)
            return contents(form, there, there if size in UNKNOWN_SIZES else size)
    raise Unfit(NO_SOUND)


def chunks(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int, int]]:
    place = 12
    while place + 8 <= end:
        head = read_at(file, place, 8)
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"data" and size in UNKNOWN_SIZES:
            size = end - place - 8
        yield head[:4], place + 8, size
        place += 8 + size + size % 2


def contents(form: bytes, there: int, promised: int) -> Contents:
    kind = int.from_bytes(form[:2], "little")
    per_second, bits = int.from_bytes(form[8:12], "little"), int.from_bytes(form[14:16], "little")
    if kind == EXTENSIBLE:
        kind = int.from_bytes(form[24:26], "little")
    codec = CODECS.get(kind, f"format {kind:#06x}")
    if codec == "float" and bits != 32:
        codec = f"{bits}-bit float"
    if not per_second:
        return Contents(codec, 0, 0, is_exact=False)
    length = milliseconds(there, per_second)
    return Contents(codec, length, milliseconds(promised, per_second), is_exact=True)
