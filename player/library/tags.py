"""One file's tags, made fit for a page and a database, or the reason why not."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tinytag import TinyTag, TinyTagException

from andre.text import clean_text

LONGEST_TEXT = 300
LARGEST_PICTURE = 20 * 1024 * 1024
LONGEST_MS = 24 * 60 * 60 * 1000
REPLAYGAIN_REFERENCE = -18.0  # LUFS
R128_REFERENCE = -23.0  # LUFS
SMALLEST_LATER_YEAR = 1000
MAGIC = {
    ".flac": (b"fLaC", b"ID3"),
    ".mp3": (b"ID3", b"\xff\xfa", b"\xff\xfb", b"\xff\xf2", b"\xff\xf3", b"\xff\xe2", b"\xff\xe3"),
    ".ogg": (b"OggS",),
}


class Unfit(Exception):
    """Not a song of the library; the message says why."""


@dataclass(frozen=True)
class Recording:
    title: str
    artist: str
    album: str
    album_artist: str
    genre: str
    year: int | None
    disc_number: int
    track_number: int
    isrc: str
    duration_ms: int
    quality: str
    loudness: float | None
    peak: float | None
    picture: bytes | None


def read(path: Path) -> Recording:
    """Raises Unfit, or OSError if the disk does not give the file."""
    with path.open("rb") as file:
        check_kind(file, path.suffix.lower())
        try:
            found = TinyTag.get(path, file, image=True)
        except TinyTagException as error:
            raise Unfit(f"cannot be read as {path.suffix[1:]}") from error
        return recording(found)


def check_kind(file: BinaryIO, suffix: str) -> None:
    """A name is a promise; what is inside must keep it, for the browser is told the name's type."""
    head = file.read(12)
    file.seek(0)
    if not head:
        raise Unfit("empty")
    fits = head[4:8] == b"ftyp" if suffix == ".m4a" else head.startswith(MAGIC[suffix])
    if not fits:
        raise Unfit(f"not a {suffix[1:]} file inside")


def recording(found: TinyTag) -> Recording:
    title, artist, album = (clean(text) for text in (found.title, found.artist, found.album))
    missing = [
        name for name, text in (("title", title), ("artist", artist), ("album", album)) if not text
    ]
    if missing:
        raise Unfit(f"no {' and no '.join(missing)}")
    length = round((found.duration or 0) * 1000)
    if not 0 < length <= LONGEST_MS:
        raise Unfit("its length is unknown")
    loudness, peak = told_loudness(found)
    return Recording(
        title=title,
        artist=artist,
        album=album,
        album_artist=clean(found.albumartist) or artist,
        genre=clean(found.genre),
        year=year(clean(found.year)),
        disc_number=small(found.disc) or 1,
        track_number=small(found.track),
        isrc=other(found, "isrc").replace("-", "").upper()[:20],
        duration_ms=length,
        quality=quality(found),
        loudness=loudness,
        peak=peak,
        picture=picture(found),
    )


def clean(text: str | None) -> str:
    """One line without what no text has, and no novels."""
    return clean_text((text or "")[: LONGEST_TEXT * 4], LONGEST_TEXT)


def year(text: str) -> int | None:
    digits = text[:4]
    fits = digits.isascii() and digits.isdecimal() and int(digits) >= SMALLEST_LATER_YEAR
    return int(digits) if fits else None


def small(number: int | None) -> int:
    return number if number is not None and 0 < number < 10_000 else 0


def quality(found: TinyTag) -> str:
    if found.bitdepth and found.samplerate:
        return f"{found.bitdepth}-bit / {found.samplerate / 1000:g}kHz"[:40]
    return f"{round(found.bitrate)} kbps"[:40] if found.bitrate else ""


def other(found: TinyTag, name: str) -> str:
    values = found.other.get(name) or [""]
    return clean(str(values[0]))


def told_loudness(found: TinyTag) -> tuple[float | None, float | None]:
    """Integrated loudness in LUFS and sample peak, if a tag tells them."""
    peak = decimal(other(found, "replaygain_track_peak"))
    gain = decimal(other(found, "replaygain_track_gain").lower().removesuffix("db"))
    if gain is not None:
        return REPLAYGAIN_REFERENCE - gain, peak
    gain = decimal(other(found, "r128_track_gain"))
    return (None if gain is None else R128_REFERENCE - gain / 256), peak


def decimal(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 100_000 else None  # Also keeps out nan and inf.


def picture(found: TinyTag) -> bytes | None:
    front = found.images.front_cover or found.images.any
    return front.data if front and 0 < len(front.data) <= LARGEST_PICTURE else None
