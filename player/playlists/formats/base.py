"""What a file of any format says: songs by the names that somebody else gave them."""

from dataclasses import dataclass, field

from andre.core.errors import Refusal


@dataclass(frozen=True, slots=True)
class ListedSong:
    """`locations` are addresses or paths as the file spells them, the best first."""

    title: str = ""
    artist: str = ""
    album: str = ""
    duration_ms: int = 0
    isrc: str = ""
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    name: str = ""
    songs: list[ListedSong] = field(default_factory=list)


def unreadable(sentence: str) -> Refusal:
    return Refusal("unreadable_playlist", sentence)


def decode_text(content: bytes) -> str:
    """UTF-8 as players write it today; else what Windows wrote before, which reads anything."""
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def to_ms(text: str, unit_ms: int = 1) -> int:
    """0 where it is no length that a song has."""
    try:
        length = float(text) * unit_ms
    except ValueError:
        return 0
    return int(length) if 0 < length < 2**31 else 0
