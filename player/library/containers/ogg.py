"""Ogg (RFC 3533) with Vorbis, Opus or FLAC in it; a file may be a chain of several."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from player.library.containers.base import NO_SOUND, Contents, Unfit, read_at, size_of

LARGEST_PAGE = 65_307
HEAD_BYTES = 27
BEGINS = 0x02
NOTHING_ENDS_HERE = 2**64 - 1  # in place of a position
LATE_SECONDS = 10  # A stream whose first position is later than this was cut out of a longer one.


@dataclass(frozen=True)
class Page:
    flags: int
    position: int
    serial: int
    body_at: int
    body: int  # bytes

    @property
    def end(self) -> int:
        return self.body_at + self.body


@dataclass
class Link:
    """One stream of the chain."""

    codec: str
    rate: int
    first: int
    last: int = 0

    @property
    def seconds(self) -> float:
        return max(0, self.last - self.first) / self.rate

    def reach(self, position: int) -> None:
        if position in (0, NOTHING_ENDS_HERE):
            return
        if not self.last and position > LATE_SECONDS * self.rate:
            self.first = position
        self.last = position


def inspect(file: BinaryIO) -> Contents:
    """Every page is looked at: only the whole chain says how long it is. Raises Unfit."""
    if read_at(file, 0, 4) != b"OggS":
        raise Unfit("not an ogg file inside")
    links = [link for link in chain_of(file) if link.last]
    if not links:
        raise Unfit(NO_SOUND)
    length = round(1000 * sum(link.seconds for link in links))
    # A decoder knows better where a single one begins, and stops behind the first of several.
    return Contents(links[0].codec, length, length, is_exact=len(links) > 1)


def chain_of(file: BinaryIO) -> list[Link]:
    """The first stream of sound of each group: those of one group sound at the same time."""
    links: list[Link] = []
    current: dict[int, Link] = {}
    is_beginning = False
    for page in ogg_pages(file, 0):
        if page.flags & BEGINS:
            if not is_beginning:
                current.clear()
            link = None if current else link_of(read_at(file, page.body_at, min(page.body, 64)))
            if link:
                current[page.serial] = link
                links.append(link)
        elif page.serial in current:
            current[page.serial].reach(page.position)
        is_beginning = bool(page.flags & BEGINS)
    return links


def link_of(packet: bytes) -> Link | None:
    if packet.startswith(b"\x01vorbis"):
        return of_rate("vorbis", int.from_bytes(packet[12:16], "little"))
    if packet.startswith(b"OpusHead"):
        return Link("opus", 48_000, first=int.from_bytes(packet[10:12], "little"))
    if packet.startswith(b"\x7fFLAC"):
        return of_rate("flac", int.from_bytes(packet[27:30]) >> 4)
    if packet.startswith(b"Speex   "):
        return of_rate("Speex", int.from_bytes(packet[36:40], "little"))
    return None


def of_rate(codec: str, rate: int) -> Link:
    """Raises Unfit."""
    if not rate:
        raise Unfit("cannot be read as ogg")
    return Link(codec, rate, first=0)


def ogg_pages(file: BinaryIO, place: int) -> Iterator[Page]:
    end = size_of(file)
    while place < end:
        page = page_at(read_at(file, place, HEAD_BYTES + 255), place)
        if page is None:
            place = next_page(file, place + 1, end)
        elif page.end > end:
            return
        else:
            yield page
            place = page.end


def next_page(file: BinaryIO, place: int, end: int) -> int:
    at = read_at(file, place, LARGEST_PAGE).find(b"OggS")
    return place + at if at >= 0 else min(end, place + LARGEST_PAGE - 3)


def page_at(head: bytes, place: int) -> Page | None:
    segments = head[26] if len(head) >= HEAD_BYTES else 0
    if head[:4] != b"OggS" or len(head) < HEAD_BYTES + segments:
        return None
    return Page(
        flags=head[5],
        position=int.from_bytes(head[6:14], "little"),
        serial=int.from_bytes(head[14:18], "little"),
        body_at=place + HEAD_BYTES + segments,
        body=sum(head[HEAD_BYTES : HEAD_BYTES + segments]),
    )
