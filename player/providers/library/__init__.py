"""The library as a provider: our own catalogue, our own bytes."""

from collections.abc import Callable
from itertools import groupby

from django.db.models import QuerySet

from andre.errors import Refusal
from andre.protocol import shapes
from player.library import search
from player.library.shapes import NAME, image_of, shape
from player.models import Track
from player.providers.base import PAGE_SIZE, Kind

LARGEST_ID = 2**63 - 1
FURTHEST_PAGE = 25
IN_ALBUM_ORDER = ("disc_number", "track_number", "path")


class Library:
    name = NAME

    def search(self, query: str, kind: Kind, page: int) -> list[shapes.Track]:
        if not 1 <= page <= FURTHEST_PAGE:
            return []
        start = (page - 1) * PAGE_SIZE
        if kind == "album":
            return albums(search.search(query, search.MOST_CANDIDATES))[start : start + PAGE_SIZE]
        return [shape(track) for track in search.search(query, PAGE_SIZE, start)]

    def lookup(self, uri: str) -> shapes.Track:
        tracks = self.expand(uri)
        if not uri.startswith(f"{NAME}:track:"):
            raise not_found()
        return tracks[0]

    def expand(self, uri: str) -> list[shapes.Track]:
        provider, _, rest = uri.partition(":")
        kind, _, name = rest.partition(":")
        if provider != NAME or kind not in KINDS:
            raise not_found()
        tracks = KINDS[kind](name).filter(available=True).order_by(*IN_ALBUM_ORDER)
        found = [shape(track) for track in tracks]
        if not found:
            raise not_found()
        return found

    def embed_url(self, track: shapes.Track) -> str | None:
        return None


def the_track(name: str) -> QuerySet[Track]:
    """Its number, written as we write it and no other way: one track has one address."""
    plain = name.isascii() and name.isdecimal() and not name.startswith("0") and len(name) < 20
    return Track.objects.filter(pk=int(name)) if plain and int(name) <= LARGEST_ID else none()


def the_album(key: str) -> QuerySet[Track]:
    return Track.objects.filter(album_key=key) if is_key(key) else none()


def the_artist(key: str) -> QuerySet[Track]:
    return Track.objects.filter(artist_key=key) if is_key(key) else none()


KINDS: dict[str, Callable[[str], QuerySet[Track]]] = {
    "track": the_track,
    "album": the_album,
    "artist": the_artist,
}


def is_key(text: str) -> bool:
    return len(text) == 16 and text.isascii() and text.isalnum()


def none() -> QuerySet[Track]:
    return Track.objects.none()


def not_found() -> Refusal:
    return Refusal("track_not_found", "This track is not in the library.")


def albums(found: list[Track]) -> list[shapes.Track]:
    """The albums of these tracks, each as one thing that can be queued, in the same order."""
    first: dict[str, Track] = {}
    for track in found:
        first.setdefault(track.album_key, track)
    lengths = lengths_of(list(first))
    return [
        shapes.Track(
            uri=f"{NAME}:album:{key}",
            provider=NAME,
            title=track.album,
            artist=track.album_artist,
            album=track.album,
            duration_ms=lengths[key],
            image=image_of(track),
        )
        for key, track in first.items()
    ]


def lengths_of(keys: list[str]) -> dict[str, int]:
    rows = Track.objects.filter(album_key__in=keys, available=True).order_by("album_key")
    pairs = rows.values_list("album_key", "duration_ms")
    return {key: sum(ms for _, ms in group) for key, group in groupby(pairs, lambda row: row[0])}
