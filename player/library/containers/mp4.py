"""MP4 (ISO 14496-12): which codec its sound has, and how many samples the file still holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from struct import unpack_from
from typing import BinaryIO

from player.library.containers.base import NO_SOUND, Contents, Unfit, milliseconds, read_at, size_of

LARGEST_INDEX = 64 * 1024 * 1024
CANNOT = "cannot be read as mp4"
CODECS = {
    b"Opus": "opus",
    b"fLaC": "flac",
    b".mp3": "mp3",
    b"alac": "Apple Lossless",
    b"ac-3": "Dolby Digital",
    b"ec-3": "Dolby Digital Plus",
    b"drms": "Protected by Apple",
    b"enca": "Encrypted",
}
# What "mp4a" means is said further inside.
OBJECTS = {0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3", 0x6B: "mp3"}
XHE_AAC = 42
EXPLICIT = (b"\x01", b"\x04")


class Boxes:
    """The boxes inside one, by name; of several with one name the first counts."""

    def __init__(self, data: bytes) -> None:
        self.all = list(inner(data))

    def get(self, *names: bytes) -> bytes:
        """The content of the box at the end of this path, empty if there is none."""
        data = next((content for name, content in self.all if name == names[0]), b"")
        return Boxes(data).get(*names[1:]) if data and len(names) > 1 else data

    def each(self, name: bytes) -> Iterator["Boxes"]:
        return (Boxes(content) for found, content in self.all if found == name)


@dataclass(frozen=True)
class Outer:
    name: bytes
    place: int  # of its content
    end: int


def inspect(file: BinaryIO) -> Contents:
    """Raises Unfit."""
    if read_at(file, 4, 4) != b"ftyp":
        raise Unfit("not an mp4 file inside")
    try:
        return contents(file)
    except (IndexError, ValueError, ArithmeticError) as error:
        raise Unfit(CANNOT) from error


def contents(file: BinaryIO) -> Contents:
    """Raises Unfit."""
    outer = list(outer_boxes(file))
    index = next((box for box in outer if box.name == b"moov"), None)
    if index is None or index.end > size_of(file) or index.end - index.place > LARGEST_INDEX:
        raise Unfit("cannot be read as mp4: its index is missing")
    movie = Boxes(read_at(file, index.place, index.end - index.place))
    track = next(filter(is_sound, movie.each(b"trak")), None)
    if track is None:
        raise Unfit(NO_SOUND)
    codec = codec_of(track.get(b"mdia", b"minf", b"stbl", b"stsd"))
    samples = Samples(track)
    if samples.total:
        promised = edit_list_ms(movie, track) or milliseconds(samples.total, samples.scale)
        missing = samples.beyond(size_of(file))
        length = milliseconds(samples.total - missing, samples.scale) if missing else promised
    else:
        length = promised = milliseconds(in_fragments(file, outer, movie, track), samples.scale)
    if not length:
        raise Unfit(NO_SOUND)
    return Contents(codec, length, promised, is_exact=True, is_explicit=is_explicit(movie))


def is_explicit(movie: Boxes) -> bool:
    """By Apple's rating of a song."""
    rating = Boxes(movie.get(b"udta", b"meta")[4:]).get(b"ilst", b"rtng", b"data")
    return rating[8:9] in EXPLICIT


def outer_boxes(file: BinaryIO) -> Iterator[Outer]:
    """Raises Unfit."""
    place, end = 0, size_of(file)
    while place + 8 <= end:
        head = read_at(file, place, 16)
        size, start = int.from_bytes(head[:4]), place + 8
        if size == 1:
            size, start = int.from_bytes(head[8:16]), place + 16
        size = size or end - place
        if size < 8:
            raise Unfit(CANNOT)
        yield Outer(head[4:8], start, place + size)
        place += size


def inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        if size < 8:
            return
        yield data[place + 4 : place + 8], data[place + 8 : place + size]
        place += size


def is_sound(track: Boxes) -> bool:
    return track.get(b"mdia", b"hdlr")[8:12] == b"soun"


def codec_of(described: bytes) -> str:
    """Of the first of the sample descriptions."""
    kind, entry = described[12:16], described[16:]
    if kind != b"mp4a":
        return CODECS.get(kind, kind.decode("ascii", "replace").strip() or "An unknown codec")
    at = described.find(b"esds")
    return codec_of_stream(described[at + 8 :]) if at >= 0 and entry else "aac"


def codec_of_stream(data: bytes) -> str:
    """By the descriptors of ISO 14496-1: 3 holds 4 holds 5."""
    place = 0
    while place < len(data):
        tag = data[place]
        place += 1
        while data[place] & 0x80:
            place += 1
        place += 1
        if tag == 3:
            place += 3
        elif tag == 4:
            codec = OBJECTS.get(data[place], f"MPEG-4 object {data[place]:#04x}")
            place += 13
            if codec != "aac":
                return codec
        else:
            return "xHE-AAC" if tag == 5 and object_type(data[place:]) == XHE_AAC else "aac"
    return "aac"


def object_type(config: bytes) -> int:
    kind = config[0] >> 3
    return 32 + (int.from_bytes(config[:2]) >> 5 & 0x3F) if kind == 31 else kind


def edit_list_ms(movie: Boxes, track: Boxes) -> int:
    """What the edit list leaves of it, in ms: without what the encoder put before the sound."""
    edits, head = track.get(b"edts", b"elst"), movie.get(b"mvhd")
    if len(edits) < 8 or len(head) < 32:
        return 0
    scale = int.from_bytes(head[20:24] if head[0] else head[12:16])
    form = ">Qq4x" if edits[0] else ">Ii4x"
    width = 20 if edits[0] else 12
    count = min(int.from_bytes(edits[4:8]), (len(edits) - 8) // width)
    rows = (unpack_from(form, edits, 8 + width * row) for row in range(count))
    return milliseconds(sum(length for length, start in rows if start >= 0), scale)


class Samples:
    """A track's tables: how long each sample is, how large, and where it lies."""

    def __init__(self, track: Boxes) -> None:
        media = track.get(b"mdia", b"mdhd")
        self.scale = int.from_bytes(media[20:24] if media[0] else media[12:16])
        self.tables = Boxes(track.get(b"mdia", b"minf", b"stbl"))
        self.durations = list(pairs(self.tables.get(b"stts")))
        self.total = sum(count * length for count, length in self.durations)

    def beyond(self, end: int) -> int:
        """The length of those that the file is too short for, from the first of them on."""
        sizes, number = self.sizes(), 0
        for place, count in self.chunks():
            for size in sizes[number : number + count]:
                place += size
                if place > end:
                    return self.total - self.length_of(number)
                number += 1
        return 0

    def length_of(self, number: int) -> int:
        """Of the first `number` samples."""
        length = 0
        for count, each in self.durations:
            length += min(count, number) * each
            number = max(0, number - count)
        return length

    def sizes(self) -> list[int]:
        table = self.tables.get(b"stsz")
        each, count = unpack_from(">II", table, 4)
        if each:
            return [each] * min(count, LARGEST_INDEX)
        return list(unpack_from(f">{min(count, (len(table) - 12) // 4)}I", table, 12))

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Where each chunk begins, and how many samples it has."""
        offsets = self.offsets()
        table = self.tables.get(b"stsc")
        runs = [
            unpack_from(">II", table, 8 + 12 * row) for row in range(int.from_bytes(table[4:8]))
        ]
        for (first, count), (following, _) in pairwise([*runs, (len(offsets) + 1, 0)]):
            for place in offsets[first - 1 : following - 1]:
                yield place, count

    def offsets(self) -> list[int]:
        if table := self.tables.get(b"stco"):
            return list(unpack_from(f">{(len(table) - 8) // 4}I", table, 8))
        table = self.tables.get(b"co64")
        return list(unpack_from(f">{(len(table) - 8) // 8}Q", table, 8))


def pairs(table: bytes) -> Iterator[tuple[int, int]]:
    for row in range(min(int.from_bytes(table[4:8]), (len(table) - 8) // 8)):
        count, length = unpack_from(">II", table, 8 + 8 * row)
        yield count, length


def in_fragments(file: BinaryIO, outer: list[Outer], movie: Boxes, track: Boxes) -> int:
    """The length of a file that is written piece by piece, in units of the track."""
    head = track.get(b"tkhd")
    number = head[20:24] if head[0] else head[12:16]
    usual = 0
    for default in movie.each(b"mvex"):
        for name, content in default.all:
            if name == b"trex" and content[4:8] == number:
                usual = int.from_bytes(content[12:16])
    end, length = size_of(file), 0
    for box in outer:
        if box.name == b"moof" and box.end <= end:
            length += of_fragment(
                Boxes(read_at(file, box.place, box.end - box.place)), number, usual
            )
    return length


def of_fragment(fragment: Boxes, number: bytes, usual: int) -> int:
    length = 0
    for part in fragment.each(b"traf"):
        head = part.get(b"tfhd")
        if head[4:8] != number:
            continue
        flags, place = int.from_bytes(head[1:4]), 8
        place += (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
        each = int.from_bytes(head[place : place + 4]) if flags & 8 else usual
        length += sum(of_run(run, each) for name, run in part.all if name == b"trun")
    return length


def of_run(run: bytes, each: int) -> int:
    flags, count = int.from_bytes(run[1:4]), int.from_bytes(run[4:8])
    if not flags & 0x100:
        return count * each
    place = 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    width = 4 * (flags >> 8 & 0x0F).bit_count()
    count = min(count, (len(run) - place) // width)
    return sum(int.from_bytes(run[place + width * n :][:4]) for n in range(count))
