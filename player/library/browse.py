"""The library to walk through: its albums, artists, genres and decades, in the order of a shelf.

What stands on the shelf is read once and kept by each process until the library is another one:
to sort a hundred thousand tracks for every page would take a fifth of a second.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

from django.db.models import Case, Count, F, Max, Min, QuerySet, Sum, When

from andre.core.executors import BoundedPool
from player.library.text_folding import fold, words
from player.models import Track

PAGE_SIZE = 60
KEPT_SECONDS = 300.0  # What was only tagged anew shows after this long.
ARTICLES = ("the ", "a ", "an ")
T = TypeVar("T")
NamesGenres = Callable[[str], list[str]]

_makers = BoundedPool("shelf", 1)


@dataclass(frozen=True, slots=True)
class AlbumOnShelf:
    """`track` stands for it: one with a cover, if there is any. `year` 0: nobody says."""

    key: str
    title: str
    artist: str
    year: int
    songs: int
    duration_ms: int
    track: int
    newest: int


@dataclass(frozen=True, slots=True)
class ArtistOnShelf:
    key: str
    name: str
    albums: int
    songs: int
    track: int


@dataclass(frozen=True, slots=True)
class GroupOnShelf:
    """A genre, or a decade: its name as it is asked for, and one album's track for its picture."""

    name: str
    albums: int
    track: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """All of it, sorted: albums by artist and year, artists by name, the others by size or time."""

    albums: tuple[AlbumOnShelf, ...]
    artists: tuple[ArtistOnShelf, ...]
    genres: tuple[GroupOnShelf, ...]
    decades: tuple[GroupOnShelf, ...]
    of_genre: dict[str, frozenset[str]]  # keys of albums


@dataclass(frozen=True, slots=True)
class AlbumWish:
    """Which albums: of one artist (key), genre or decade ("1970s"), with these words in title or
    artist; the newest first, if asked.
    """

    artist: str = ""
    genre: str = ""
    decade: str = ""
    words: str = ""
    newest: bool = False


class Kept:
    """The shelf of the library as it is, made anew when that has changed.

    One that is only old is shown once more while another is made, which takes a large library a
    second: nobody waits for that every few minutes. `now` tells seconds, `later` runs what it is
    given on another thread.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        later: Callable[[Callable[[], None]], object] = _makers.submit,
    ) -> None:
        self._now = now
        self._later = later
        self._lock = Lock()
        self._shelf: Shelf | None = None
        self._state: tuple[int, int] = (0, 0)
        self._made_at = 0.0

    def shelf(self, names_genres: NamesGenres) -> Shelf:
        state = state_of_library()
        with self._lock:
            if self._shelf is None or state != self._state:
                self._shelf = make_shelf(names_genres)
                self._state, self._made_at = state, self._now()
            elif self._now() - self._made_at > KEPT_SECONDS:
                self._made_at = self._now()  # Whoever asks meanwhile does not make it, too.
                self._later(partial(self._make_again, names_genres))
            return self._shelf

    def _make_again(self, names_genres: NamesGenres) -> None:
        state, shelf = state_of_library(), make_shelf(names_genres)
        with self._lock:
            self._state, self._shelf = state, shelf


def state_of_library() -> tuple[int, int]:
    """Another one after every song that came or went.

    A hundred thousand songs are not counted for every page, but those that are gone: by the index,
    which SQLite takes for a list of values only.
    """
    last = Track.objects.aggregate(last=Max("pk"))["last"]
    return last or 0, Track.objects.filter(available__in=[False]).count()


def playable() -> QuerySet[Track]:
    return Track.objects.filter(available=True)


def make_shelf(names_genres: NamesGenres) -> Shelf:
    albums = sorted(read_albums(), key=by_artist)
    of_genre = group_by_genre(names_genres)
    by_key = {album.key: album for album in albums}
    genres = [
        GroupOnShelf(name, len(keys), by_key[min(keys)].track)
        for name, keys in of_genre.items()
        if keys
    ]
    return Shelf(
        tuple(albums),
        tuple(sorted(read_artists(), key=lambda each: sorting_name(each.name))),
        tuple(sorted(genres, key=lambda each: (-each.albums, each.name))),
        tuple(decades_of(albums)),
        of_genre,
    )


def with_cover() -> Case:
    return Case(When(cover__gt="", then=F("pk")))


def read_albums() -> Iterator[AlbumOnShelf]:
    rows = (
        playable()
        .order_by()
        .values("album_key")
        .annotate(
            title=Min("album"),
            artist=Min("album_artist"),
            since=Max("year"),
            songs=Count("pk"),
            length=Sum("duration_ms"),
            pictured=Min(with_cover()),
            first=Min("pk"),
            newest=Max("pk"),
        )
    )
    for row in rows:
        yield AlbumOnShelf(
            row["album_key"],
            row["title"],
            row["artist"],
            row["since"] or 0,
            row["songs"],
            row["length"],
            row["pictured"] or row["first"],
            row["newest"],
        )


def read_artists() -> Iterator[ArtistOnShelf]:
    rows = (
        playable()
        .order_by()
        .values("artist_key")
        .annotate(
            name=Min("artist"),
            albums=Count("album_key", distinct=True),
            songs=Count("pk"),
            pictured=Min(with_cover()),
            first=Min("pk"),
        )
    )
    for row in rows:
        track = row["pictured"] or row["first"]
        yield ArtistOnShelf(row["artist_key"], row["name"], row["albums"], row["songs"], track)


def group_by_genre(names_genres: NamesGenres) -> dict[str, frozenset[str]]:
    """{genre: keys of the albums that have a song of it}; a tag may name several."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    tagged = playable().exclude(genre="").order_by()
    for tag, key in tagged.values_list("genre", "album_key").distinct():
        for genre in names_genres(tag):
            found[genre].add(key)
    return {genre: frozenset(keys) for genre, keys in found.items()}


def decades_of(albums: Iterable[AlbumOnShelf]) -> list[GroupOnShelf]:
    """The latest first; what has no year stands in none."""
    dated = [album for album in albums if album.year]
    counted = Counter(map(decade_of, dated))
    pictures = {decade_of(album): album.track for album in reversed(dated)}
    return [GroupOnShelf(name, counted[name], pictures[name]) for name in sorted(counted)[::-1]]


def decade_of(album: AlbumOnShelf) -> str:
    return f"{album.year // 10 * 10}s" if album.year else ""


def by_artist(album: AlbumOnShelf) -> tuple[str, int, str]:
    return sorting_name(album.artist), album.year, sorting_name(album.title)


def sorting_name(name: str) -> str:
    """As on a shelf: the Beatles stand at B."""
    folded = name.casefold() if name.isascii() else fold(name)
    article = next((each for each in ARTICLES if folded.startswith(each)), "")
    return folded.removeprefix(article) or folded


def albums_wanted(shelf: Shelf, wish: AlbumWish) -> list[AlbumOnShelf]:
    """In the order of the shelf, one artist's by year."""
    found: Iterable[AlbumOnShelf] = shelf.albums
    if wish.artist:
        keys = set(
            playable().filter(artist_key=wish.artist).values_list("album_key", flat=True).distinct()
        )
        found = sorted((each for each in found if each.key in keys), key=lambda each: each.year)
    if wish.genre:
        of_genre = shelf.of_genre.get(wish.genre, frozenset())
        found = (each for each in found if each.key in of_genre)
    if wish.decade:
        found = (each for each in found if decade_of(each) == wish.decade)
    found = with_words(wish.words, found, lambda each: f"{each.title} {each.artist}")
    return sorted(found, key=lambda each: -each.newest) if wish.newest else list(found)


def with_words(asked: str, things: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Those in whose name all these words or beginnings of words are, accents or not, any order."""
    wanted = [f" {word}" for word in words(asked)]
    if not wanted:
        return list(things)
    named = ((thing, f" {fold(name(thing))}") for thing in things)
    return [thing for thing, folded in named if all(word in folded for word in wanted)]


def tracks_named(ids: Iterable[int]) -> dict[int, Track]:
    """Those that stand for something on the shelf; one that has gone meanwhile is left out."""
    return Track.objects.in_bulk(list(ids))


kept = Kept()
