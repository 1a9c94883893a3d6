"""What a music server tells of a song, in our units, and the row that is kept of it for a day."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from andre.protocol.shapes import Track
from player.library.files import CONTENT_TYPES
from player.track_rows import SOFTEST_DB

MOST_KBITS_OF_AAC = 576  # Above, what is in the container is ALAC, which few browsers play.
AAC_CONTAINERS = (".m4a", ".mp4")

Json = dict[str, Any]


@dataclass(frozen=True)
class SongFacts:
    """Ids are the server's own. `uri` is None for an id that we could not write."""

    uri: str | None
    title: str
    artist: str
    album: str
    duration_ms: int  # 0 where nobody knows, as of a stream
    suffix: str  # of the file's name, without the dot
    kbits: int = 0  # each second; 0 where it is not told
    image: str = ""
    is_explicit: bool = False
    gain_db: float | None = None
    isrc: str = ""
    album_id: str = ""
    artist_id: str = ""
    genre: str = ""


def make_row(facts: SongFacts) -> Json | None:
    """{"track", "type", "album", "artist", "genre"}; None for what no browser plays, and for what
    has no title or no length.
    """
    content_type = content_type_of(facts)
    if facts.uri is None or not content_type or not facts.duration_ms or not facts.title:
        return None
    try:
        track = Track(
            uri=facts.uri,
            provider=facts.uri.partition(":")[0],
            title=facts.title,
            artist=facts.artist or "Unknown artist",
            album=facts.album,
            duration_ms=facts.duration_ms,
            image=facts.image,
            explicit=facts.is_explicit,
            gain_db=gain_of(facts),
            isrc=facts.isrc,
        )
    except ValidationError:
        return None
    return {
        "track": track.model_dump(),
        "type": content_type,
        "album": facts.album_id,
        "artist": facts.artist_id,
        "genre": facts.genre,
    }


def make_thing(facts: SongFacts) -> Json | None:
    """An album or an artist as one thing that can be opened; None for one without a name."""
    if facts.uri is None or not facts.title:
        return None
    try:
        return Track(
            uri=facts.uri,
            provider=facts.uri.partition(":")[0],
            title=facts.title,
            artist=facts.artist,
            album=facts.album,
            duration_ms=facts.duration_ms,
            image=facts.image,
        ).model_dump()
    except ValidationError:
        return None


def content_type_of(facts: SongFacts) -> str:
    """By the file's kind, from our own table; empty for what browsers do not play."""
    suffix = f".{facts.suffix}".lower()
    if suffix in AAC_CONTAINERS and facts.kbits > MOST_KBITS_OF_AAC:
        return ""
    return CONTENT_TYPES.get(suffix, "")


def gain_of(facts: SongFacts) -> float:
    """What brings a loud recording down to the others, as of the library's own."""
    if facts.gain_db is None:
        return 0.0
    return round(max(SOFTEST_DB, min(0.0, facts.gain_db)), 2)


def text_in(item: Json, name: str) -> str:
    """Empty where nothing is told."""
    return str(item.get(name) or "")


def count_in(item: Json, name: str) -> int:
    """0 where nothing is told."""
    count = item.get(name)
    return count if isinstance(count, int) else 0


def number_of(value: object) -> float | None:
    """What a server told for a number; None where it told something else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
