"""What searching reads of a track: one folded line, two short keys, and every term there is."""

import time
from collections.abc import Iterable, Iterator

import structlog
from django.db import connection, transaction

from player.library.search.indexes import index
from player.library.terms import ALBUM, ARTIST, MARKS, terms_of, whole_name
from player.library.text_folding import sort_key, words
from player.models import Track, Word

ROWS_AT_ONCE = 2_000
NAMES = ("pk", "title", "artist", "album", "album_artist")

log = structlog.get_logger(__name__)


def add_search_fields(track: Track) -> Track:
    """The same track, with what its title, artist and album make of it."""
    album = whole_name(ALBUM, words(track.album))
    artist = whole_name(ARTIST, words(track.artist))
    track.folded = f"{terms_of(track.title, track.artist, track.album)} {album} {artist}"
    track.album_key = sort_key(track.album_artist, track.album)
    track.artist_key = sort_key(track.artist)
    return track


def learn_words(tracks: Iterable[Track]) -> None:
    terms = {term for track in tracks for term in track.folded.split()}
    found = {term for term in terms if not term.startswith(MARKS)}
    Word.objects.bulk_create(
        [Word(text=term) for term in sorted(found)], ignore_conflicts=True, batch_size=500
    )


def update_index() -> None:
    """Make the index anew where another version of Andre made it, or nobody has. All or nothing."""
    if index().is_installed():
        return
    begun = time.monotonic()
    with transaction.atomic():
        index().remove()
        Word.objects.all().delete()
        rows = sum(map(rewrite, every_track()))
        index().install()
    if rows:
        log.info("search_index_rebuilt", tracks=rows, seconds=round(time.monotonic() - begun, 1))


def every_track() -> Iterator[list[Track]]:
    last = 0
    while tracks := list(
        Track.objects.filter(pk__gt=last).order_by("pk").only(*NAMES)[:ROWS_AT_ONCE]
    ):
        yield tracks
        last = tracks[-1].pk


def rewrite(tracks: list[Track]) -> int:
    """Row by row but in one go: bulk_update would make one statement of a megabyte of them."""
    rows = [(t.folded, t.album_key, t.artist_key, t.pk) for t in map(add_search_fields, tracks)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE player_track SET folded = %s, album_key = %s, artist_key = %s WHERE id = %s",
            rows,
        )
    learn_words(tracks)
    return len(rows)
