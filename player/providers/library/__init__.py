"""The library as a provider: our own catalogue, our own bytes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

from django.db.models import F, QuerySet

from andre.core.errors import Refusal
from andre.protocol import shapes
from player.library import search
from player.library.search import groups
from player.models import Track
from player.providers.base import PAGE_SIZE, Kind
from player.providers.source import Embedding, TrackSource
from player.track_rows import COLUMNS, NAME, image_of, to_track

LARGEST_ID = 2**63 - 1
FURTHEST_PAGE = 25
ADDRESS = re.compile(rf"{NAME}:(?:track:[1-9][0-9]{{0,18}}|(?:album|artist):[0-9A-Za-z]{{16}})")
IN_ALBUM_ORDER = ("disc_number", "track_number", "path")


class Library:
    name = NAME
    title = "The library"
    is_near = True
    is_configured = True
    is_searchable = True
    tells_lengths = True

    def search(self, query: str, kind: Kind, page: int) -> list[shapes.Track]:
        if not 1 <= page <= FURTHEST_PAGE:
            return []
        start = (page - 1) * PAGE_SIZE
        match kind:
            case "track":
                return [to_track(track) for track in search.search(query, PAGE_SIZE, start)]
            case "album":
                return albums(groups.search_groups(kind, query, PAGE_SIZE, start))
            case "artist":
                return [
                    as_artist(track)
                    for track in groups.search_groups(kind, query, PAGE_SIZE, start)
                ]
            case "playlist":
                return []

    def lookup(self, uri: str) -> shapes.Track:
        """Raises Refusal `track_not_found`."""
        tracks = self.expand(uri)
        if not uri.startswith(f"{NAME}:track:"):
            raise no_such_track()
        return tracks[0]

    def expand(self, uri: str) -> list[shapes.Track]:
        """Raises Refusal `track_not_found`."""
        provider, _, rest = uri.partition(":")
        kind, _, name = rest.partition(":")
        if provider != NAME or kind not in KINDS:
            raise no_such_track()
        found = [to_track(row) for row in KINDS[kind](name)]
        if not found:
            raise no_such_track()
        return found

    def read(self, text: str) -> str | None:
        return text if ADDRESS.fullmatch(text) else None

    def source_of(self, uri: str) -> TrackSource | None:
        _, kind, name = uri.split(":") if ADDRESS.fullmatch(uri) else ("", "", "")
        return TrackSource(NAME, kind, name, supports_progress=True) if name else None

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        return None

    def sources(self) -> Mapping[str, Sequence[str]]:
        return {}


def track_number(name: str) -> int | None:
    """Written as we write it and no other way: one track has one address."""
    plain = name.isascii() and name.isdecimal() and not name.startswith("0") and len(name) < 20
    return int(name) if plain and int(name) <= LARGEST_ID else None


def the_track(name: str) -> Iterable[Track]:
    number = track_number(name)
    return Track.objects.raw(one_track_sql(), [number]) if number is not None else ()


def the_album(key: str) -> Iterable[Track]:
    return playable().filter(album_key=key).order_by(*IN_ALBUM_ORDER) if is_key(key) else ()


def the_artist(key: str) -> Iterable[Track]:
    """Album by album, the first one first."""
    order = (F("year").asc(nulls_last=True), "album_key", *IN_ALBUM_ORDER)
    return playable().filter(artist_key=key).order_by(*order) if is_key(key) else ()


def playable() -> QuerySet[Track]:
    return Track.objects.filter(available=True).only(*COLUMNS)


@cache
def one_track_sql() -> str:
    """Asks for a track by its number, the one parameter. Made once: every song that is added is
    asked for so, and making it takes longer than the answer.
    """
    sql, _ = playable().filter(pk=0).query.sql_with_params()
    return str(sql)


KINDS: dict[str, Callable[[str], Iterable[Track]]] = {
    "track": the_track,
    "album": the_album,
    "artist": the_artist,
}


def is_key(text: str) -> bool:
    return len(text) == 16 and text.isascii() and text.isalnum()


def no_such_track() -> Refusal:
    return Refusal("track_not_found", "This track is not in the library.")


def albums(found: list[Track]) -> list[shapes.Track]:
    """The album of each of these tracks, as one thing that can be queued."""
    lengths = lengths_of([track.album_key for track in found])
    return [
        shapes.Track(
            uri=f"{NAME}:album:{track.album_key}",
            provider=NAME,
            title=track.album,
            artist=track.album_artist,
            album=track.album,
            duration_ms=lengths[track.album_key],
            image=image_of(track),
        )
        for track in found
    ]


def as_artist(track: Track) -> shapes.Track:
    """Who plays it, as one thing that can be opened."""
    return shapes.Track(
        uri=f"{NAME}:artist:{track.artist_key}",
        provider=NAME,
        title=track.artist,
        artist="",
        album="",
        duration_ms=0,
        image=image_of(track),
    )


def lengths_of(keys: list[str]) -> dict[str, int]:
    rows = Track.objects.filter(album_key__in=keys, available=True).order_by("album_key")
    pairs = rows.values_list("album_key", "duration_ms")
    return {key: sum(ms for _, ms in group) for key, group in groupby(pairs, lambda row: row[0])}
