"""Evenings to replay: logged ones, and synthetic ones made from a number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from andre.protocol.shapes import Track
from bender.evaluation.synthetic import SyntheticCatalogue
from player.catalogues import CATALOGUES
from player.models import Play
from player.providers.base import Catalogue
from player.track_rows import track_of_play

DAY_MS, MINUTE_MS = 86_400_000, 60_000
SYNTHETIC = 12
GUESTS = ("Alice", "Bob", "Carol", "Dave")
FAVOURITE_GENRES, FAVOURITE_ARTISTS = 2, 6
LOGGED_AT_MOST = 10_000

Verdict = Callable[[Track, Random], dict[str, str]]


@dataclass(frozen=True)
class Queued:
    at_ms: int
    person: str
    track: Track


@dataclass(frozen=True)
class Session:
    """`verdict` says who jams and who rejects a song: name -> "jam" or "rejection"."""

    catalogue: Catalogue
    minutes: int
    people: tuple[str, ...]
    queued: list[Queued]
    verdict: Verdict = field(repr=False)
    hint: str | None = None
    is_main: bool = False


def synthetic(seed: int) -> Iterator[Session]:
    """Four friends with tastes of their own; each queues something now and then."""
    for number in range(SYNTHETIC):
        rng = Random(f"{seed} {number}")
        catalogue = SyntheticCatalogue(rng.randrange(2**32))
        tastes = {name: taste(catalogue, rng) for name in GUESTS}
        minutes = rng.randrange(180, 360)
        queued = [
            Queued(rng.randrange(minutes) * MINUTE_MS, name, tastes[name].song(catalogue, rng))
            for name in GUESTS
            for _ in range(rng.randrange(2, 5))
        ]
        yield Session(
            catalogue=catalogue,
            minutes=minutes,
            people=GUESTS,
            queued=sorted(queued, key=lambda each: each.at_ms),
            verdict=verdict_of(catalogue, tastes),
            hint=rng.choice([None, *catalogue.genres]),
        )


@dataclass(frozen=True)
class Taste:
    genres: frozenset[str]
    artists: frozenset[str]
    hated: str

    def song(self, catalogue: SyntheticCatalogue, rng: Random) -> Track:
        loved = [track for track in catalogue.tracks if track.artist in self.artists]
        return rng.choice(loved)

    def verdict(self, track: Track, genre: str, rng: Random) -> str | None:
        liking = 0.05 + 0.25 * (genre in self.genres) + 0.3 * (track.artist in self.artists)
        if genre == self.hated and rng.random() < 0.3:
            return "rejection"
        return "jam" if rng.random() < liking else None


def taste(catalogue: SyntheticCatalogue, rng: Random) -> Taste:
    *loved, hated = rng.sample(catalogue.genres, FAVOURITE_GENRES + 1)
    artists = [artist for artist, genre in catalogue.genre_of.items() if genre in loved]
    favourites = rng.sample(artists, FAVOURITE_ARTISTS)
    return Taste(frozenset(loved), frozenset(favourites), hated)


def verdict_of(catalogue: SyntheticCatalogue, tastes: dict[str, Taste]) -> Verdict:
    def verdict(track: Track, rng: Random) -> dict[str, str]:
        genre = catalogue.genre_of[track.artist]
        found = {name: each.verdict(track, genre, rng) for name, each in tastes.items()}
        return {name: word for name, word in found.items() if word}

    return verdict


def logged_sessions(nest: str) -> Iterator[Session]:
    """What people queued in a nest on each day, from its history; who cheers for what is known
    only of songs that were played.
    """
    rows = list(
        Play.objects.filter(nest_id=nest, auto=False).order_by("started_ms")[:LOGGED_AT_MOST]
    )
    catalogue = CATALOGUES["library"]
    for day, group in groupby(rows, key=lambda row: row.started_ms // DAY_MS):
        plays = list(group)
        began, ended = plays[0].started_ms, plays[-1].ended_ms
        yield Session(
            catalogue=catalogue,
            minutes=(ended - began) // MINUTE_MS + 60,
            people=tuple(sorted({row.user for row in plays})),
            queued=[Queued(row.started_ms - began, row.user, track_of_play(row)) for row in plays],
            verdict=verdict_in(rows, day),
            is_main=nest == "main",
        )


def verdict_in(rows: list[Play], day: int) -> Verdict:
    said: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.started_ms // DAY_MS >= day:
            jams = {jam["email"]: "jam" for jam in row.jams}
            said.setdefault(row.uri, {}).update(jams)
            if row.skipped_by:
                said[row.uri][row.skipped_by] = "rejection"
    return lambda track, _: said.get(track.uri, {})
