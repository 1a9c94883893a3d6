"""One file's tags, made fit for a page and a database, or the reason why not."""

from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from andre.core.text import clean_text
from player.library.containers import Contents, Unfit, inspect
from player.library.text_folding import fold

LONGEST_TEXT = 300
LARGEST_PICTURE = 20 * 1024 * 1024
REPLAYGAIN_REFERENCE = -18.0  # LUFS
R128_REFERENCE = -23.0  # LUFS
EXPLICIT = ("1", "4")  # Apple's words; 0 is nothing said, 2 a version without the words.
SMALLEST_LATER_YEAR = 1000
MISTAKEN_LENGTH = 0.02  # By so much the reader's own may be off before its bit rate is, too.


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
    explicit: bool
    duration_ms: int
    promised_ms: int  # what its header says; the same in an honest file
    quality: str
    loudness: float | None
    peak: float | None
    picture: bytes | None
    lyrics: list[str]


def read_tags(path: Path, *, may_be_nameless: bool = False) -> Recording:
    """Raises Unfit, or OSError if the disk does not give the file.

    `may_be_nameless`: a sheet beside it names what is in it.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        contents = inspect(file, suffix)
        file.seek(0)
        try:
            # The reader of tags takes AAC for MP3, and makes up a length.
            found = TinyTag.get(path, file, duration=suffix != ".aac", image=True)
        except TinyTagException as error:
            raise Unfit(f"cannot be read as {suffix[1:]}") from error
    if not may_be_nameless:
        require_names(found)
    return recording(found, contents)


def read_lyrics(path: Path) -> list[str]:
    """As the tags have them. Raises OSError; empty where the file cannot be read as its kind."""
    try:
        return lyrics(TinyTag.get(path, duration=False))
    except TinyTagException:
        return []


def require_names(found: TinyTag) -> None:
    """Raises Unfit."""
    names = ("title", clean(found.title)), ("artist", several(found, "artist"))
    missing = [name for name, text in (*names, ("album", clean(found.album))) if not text]
    if missing:
        raise Unfit(f"no {' and no '.join(missing)}")


def recording(found: TinyTag, contents: Contents) -> Recording:
    artist = several(found, "artist")
    loudness, peak = loudness_of(found)
    return Recording(
        title=clean(found.title),
        artist=artist,
        album=clean(found.album),
        album_artist=several(found, "albumartist") or artist,
        genre=several(found, "genre"),
        year=year(clean(found.year)),
        disc_number=small(found.disc) or 1,
        track_number=small(found.track),
        isrc=other(found, "isrc").replace("-", "").upper()[:20],
        explicit=contents.is_explicit or other(found, "itunesadvisory") in EXPLICIT,
        duration_ms=contents.duration_ms,
        promised_ms=contents.promised_ms,
        quality=quality(found, contents),
        loudness=loudness,
        peak=peak,
        picture=picture(found),
        lyrics=lyrics(found),
    )


def several(found: TinyTag, field: str) -> str:
    """All that a tag names, as one line: "A, B". A name that is part of another is said once."""
    values = [getattr(found, field), *(found.other.get(field) or [])]
    names = list(
        dict.fromkeys(clean(name) for value in values for name in (value or "").split("\0"))
    )
    kept = [name for name in names if name and not is_part_of_another(name, names)]
    line = ""
    for name in kept:
        longer = f"{line}, {name}" if line else name
        if len(longer) > LONGEST_TEXT:
            break
        line = longer
    return line


def is_part_of_another(name: str, names: list[str]) -> bool:
    """ "A" beside "A feat. B": taggers write the line and the list of its names."""
    words = f" {fold(name)} "
    return any(
        words in f" {fold(other)} " for other in names if other != name and len(other) > len(name)
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


def quality(found: TinyTag, contents: Contents) -> str:
    if found.bitdepth and found.samplerate:
        return f"{found.bitdepth}-bit / {found.samplerate / 1000:g}kHz"[:40]
    length = contents.duration_ms
    is_mistaken = abs((found.duration or 0) * 1000 - length) > MISTAKEN_LENGTH * length
    kbps = found.filesize * 8 / length if is_mistaken else found.bitrate
    return f"{round(kbps)} kbps"[:40] if kbps else ""


def other(found: TinyTag, name: str) -> str:
    values = found.other.get(name) or [""]
    return clean(str(values[0]))


def loudness_of(found: TinyTag) -> tuple[float | None, float | None]:
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


def lyrics(found: TinyTag) -> list[str]:
    """Every text of words, ID3's with times (SYLT) as LRC."""
    names = ("syncedlyrics", "lyrics")
    return [str(text) for name in names for text in found.other.get(name) or []]


def picture(found: TinyTag) -> bytes | None:
    front = found.images.front_cover or found.images.any
    return front.data if front and 0 < len(front.data) <= LARGEST_PICTURE else None
