"""The library as a catalogue to pick from: artists, genres, albums, and what is alike."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from andre.protocol import shapes
from player.history.listened import play_threshold_ms
from player.library.browse import playable
from player.library.search import sample_tracks
from player.library.search.indexes import index
from player.library.text_folding import fold, sort_key, words
from player.models import Play, Track
from player.providers.base import Wish
from player.providers.library import genres
from player.track_rows import NAME, to_track

LOOKED_AT = 2_000  # ids of a genre, from a place drawn by chance: enough to leave some out
OF_ARTIST = 500
PLAYS_LOOKED_AT = 500
YEARS_APART = 8
MOST_WORDS = 8
# From one tag to the next by the index: DISTINCT would read every row.
EVERY_TAG = """
WITH RECURSIVE tags (genre) AS (
    SELECT min(genre) FROM player_track WHERE genre > ''
    UNION ALL
    SELECT (SELECT min(genre) FROM player_track WHERE genre > tags.genre)
    FROM tags WHERE tags.genre IS NOT NULL
)
SELECT genre FROM tags WHERE genre IS NOT NULL
"""
TOGETHER = re.compile(r"\s+(?:feat\.?|ft\.?|featuring|with|vs\.?)\s+|\s*;\s*", re.IGNORECASE)


class LibraryCatalogue:
    name = NAME

    @property
    def is_near(self) -> bool:
        return True

    def genres_of(self, track: shapes.Track) -> list[str]:
        rows = [*of_artist(track.artist)[:OF_ARTIST], *own_row(track)]
        found = Counter(genre for row in rows for genre in genres.genres_in(row.genre))
        return [genre for genre, _ in found.most_common()]

    def genres_near(self, genre: str) -> list[str]:
        return genres.neighbours(genre)

    def of_genre(self, genre: str, wish: Wish) -> list[shapes.Track]:
        return sample_rows(playable().filter(genre__in=tags_naming(genre)), wish)

    def by_artist(self, track: shapes.Track, wish: Wish) -> list[shapes.Track]:
        own = sample_rows(of_artist(track.artist), wish)
        return sample_from([*own, *map(to_track, with_artist(track.artist))], wish)

    def near_artist(self, track: shapes.Track, wish: Wish) -> list[shapes.Track]:
        together = sample_from(map(to_track, queued_alongside(track.artist)), wish)[: wish.n // 2]
        alike = sample_rows(of_the_kind(track, self.genres_of(track)), wish)
        return dedupe([*together, *alike])[: wish.n]

    def top_of_artist(self, track: shapes.Track, wish: Wish) -> list[shapes.Track]:
        """Most listened to and jammed first; by chance where nothing has been played."""
        tracks = sample_from(map(to_track, of_artist(track.artist)[:OF_ARTIST]), wish, OF_ARTIST)
        loved = applause([track.uri for track in tracks])
        return sorted(tracks, key=lambda each: -loved[each.uri])[: wish.n]

    def of_album(self, track: shapes.Track, wish: Wish) -> list[shapes.Track]:
        rows = own_row(track)
        keys = [row.album_key for row in rows] or [sort_key(track.artist, track.album)]
        return sample_rows(playable().filter(album_key__in=keys), wish)

    def nearest_in_sound(self, track: shapes.Track, wish: Wish) -> list[shapes.Track]:
        from player.providers.library import similarity  # numpy, which only Bender's task needs.

        rows = own_row(track)
        near = similarity.nearest(rows[0], wish.n, without=pks(wish.without)) if rows else []
        return [to_track(row) for row in near]

    def long_unheard(self, recent: list[str], wish: Wish) -> list[shapes.Track]:
        left_out = wish.without | set(recent)
        drawn_rows = sample_tracks(wish.n * 4 + len(left_out), wish.rng)
        unheard = [row for row in drawn_rows if row.uri not in left_out][: wish.n]
        wanted = [uri for uri in recent if uri not in wish.without]
        rows = Track.objects.filter(available=True).in_bulk(pks(wanted[: wish.n]))
        again = [rows[pk] for pk in pks(wanted[: wish.n]) if pk in rows]
        return [to_track(row) for row in [*unheard, *again]][: wish.n]

    def length_ms(self) -> int:
        return playable().aggregate(total=Sum("duration_ms"))["total"] or 0

    def still_there(self, tracks: list[shapes.Track]) -> list[shapes.Track]:
        rows = playable().in_bulk(pks(track.uri for track in tracks))
        return [to_track(rows[pk]) for pk in pks(track.uri for track in tracks) if pk in rows]


def pks(uris: Iterable[str]) -> list[int]:
    ours = (uri.removeprefix(f"{NAME}:track:") for uri in uris if uri.startswith(f"{NAME}:track:"))
    return [int(number) for number in ours if number.isdecimal() and len(number) < 19]


def own_row(track: shapes.Track) -> list[Track]:
    return list(Track.objects.filter(pk__in=pks([track.uri])))


def sample_rows(rows: QuerySet[Track], wish: Wish) -> list[shapes.Track]:
    """Sorting by chance would read every row; from a place drawn by chance on, a few do."""
    every = Track.objects.values_list("pk", flat=True)
    lowest, highest = every.order_by("pk").first(), every.order_by("-pk").first()
    if lowest is None or highest is None:
        return []
    place = wish.rng.randint(lowest, highest)
    after = rows.filter(pk__gte=place).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]
    ids = list(after)
    if len(ids) < LOOKED_AT:
        before = rows.filter(pk__lt=place).order_by("pk").values_list("pk", flat=True)
        ids += before[: LOOKED_AT - len(ids)]
    left_out = set(pks(wish.without))
    free = [pk for pk in ids if pk not in left_out]
    chosen = wish.rng.sample(free, min(wish.n, len(free)))
    found = Track.objects.in_bulk(chosen)
    return [to_track(found[pk]) for pk in chosen]


def sample_from(
    tracks: Iterable[shapes.Track], wish: Wish, n: int | None = None
) -> list[shapes.Track]:
    free = dedupe(track for track in tracks if track.uri not in wish.without)
    return wish.rng.sample(free, min(n or wish.n, len(free)))


def dedupe(tracks: Iterable[shapes.Track]) -> list[shapes.Track]:
    return list({track.uri: track for track in tracks}.values())


def tags_naming(genre: str) -> list[str]:
    """As the files spell it: "Funk", "funk", "Funk / Soul"."""
    wanted = genres.canonical(genre)
    with connection.cursor() as cursor:
        cursor.execute(EVERY_TAG)
        return [tag for (tag,) in cursor.fetchall() if wanted in genres.genres_in(tag)]


def lead_of(artist: str) -> str:
    return TOGETHER.split(artist)[0]


def of_artist(artist: str) -> QuerySet[Track]:
    keys = {sort_key(artist), sort_key(lead_of(artist))}
    return playable().filter(artist_key__in=keys).order_by("pk")


def with_artist(artist: str) -> list[Track]:
    """Their name stands in somebody else's, or in a title: a feature, a duet, a remix."""
    asked = words(lead_of(artist))[:MOST_WORDS]
    if not asked:
        return []
    name = f" {fold(lead_of(artist))} "
    ids = index().with_words([[word] for word in asked], OF_ARTIST)
    others = playable().filter(pk__in=list(ids)).exclude(artist_key=sort_key(artist))
    rows = others.order_by("pk")
    return [row for row in rows if name in f" {fold(f'{row.artist} {row.title}')} "]


def queued_alongside(artist: str) -> list[Track]:
    """What those who queued this artist have queued besides."""
    uris = [row.uri for row in of_artist(artist)[:OF_ARTIST]]
    theirs = Play.objects.filter(uri__in=uris, auto=False).order_by("-started_ms")
    people = set(theirs.values_list("user", flat=True)[:PLAYS_LOOKED_AT])
    others = Play.objects.filter(user__in=people, auto=False).order_by("-started_ms")
    besides = set(others.values_list("uri", flat=True)[:PLAYS_LOOKED_AT]) - set(uris)
    return list(playable().filter(pk__in=pks(besides)).order_by("pk"))


def of_the_kind(track: shapes.Track, named: list[str]) -> QuerySet[Track]:
    """By others, of the same genre and about the same years."""
    tags = [tag for genre in islice(named, 2) for tag in tags_naming(genre)]
    rows = playable().filter(genre__in=tags).exclude(artist_key=sort_key(track.artist))
    years = [row.year for row in own_row(track) if row.year]
    if not years:
        return rows
    about = Q(year__range=(years[0] - YEARS_APART, years[0] + YEARS_APART)) | Q(year=None)
    return rows.filter(about)


def applause(uris: list[str]) -> Counter[str]:
    """How often each was listened to (half of it or four minutes), and twice its jams."""
    found: Counter[str] = Counter()
    rows = Play.objects.filter(uri__in=uris).order_by("-started_ms")
    for play in rows.values_list("uri", "heard_ms", "duration_ms", "jams")[:PLAYS_LOOKED_AT]:
        uri, heard_ms, duration_ms, jams = play
        found[uri] += (heard_ms >= play_threshold_ms(duration_ms)) + 2 * len(jams)
    return found
