"""A stock of recordings, and Bender fed with time and chance handed in."""

import random
from dataclasses import dataclass, field

from andre.core.keys import GLOBAL
from andre.core.redis import redis
from bender.filling import filler
from player.history import history
from player.models import Play, Track
from tests.support.nest import NestStory
from tests.support.recordings import recording, shelved

GENRES = ("funk", "jazz", "metal", "ambient")
BANDS = 3
SONGS = 4
LONGEST_RUN = 2_000


@dataclass
class Shelf:
    tracks: list[Track] = field(default_factory=list)

    def of(self, genre: str) -> list[str]:
        return [track.uri for track in self.tracks if track.genre == genre]

    def named(self, title: str) -> Track:
        return next(track for track in self.tracks if track.title == title)

    def genre_of(self, uri: str) -> str:
        return next(track.genre for track in self.tracks if track.uri == uri)


def stock(genres=GENRES, bands=BANDS, songs=SONGS, seconds=180) -> Shelf:
    rows = []
    for genre in genres:
        for band in range(bands):
            artist = f"{genre.title()} Band {band}"
            titles = [f"{genre} {band}-{song}" for song in range(songs)]
            rows += [
                recording(each, artist, f"Album {band}", seconds, genre=genre) for each in titles
            ]
    return Shelf(shelved(*rows))


def feed(nest: NestStory, seed: int = 7) -> None:
    with nest.now():
        filler.fill_queue(nest.nest_id, random.Random(seed))


def evening(nest: NestStory, seconds: float, seed: int = 7) -> None:
    """Time passes; the ticks and Bender's feeds come when they are due."""
    rng = random.Random(seed)
    end = nest.now_ms + round(seconds * 1000)
    for _ in range(LONGEST_RUN):
        due = min(filter(None, [nest.due_ms(), hungry_at(nest)]), default=end + 1)
        if due > end:
            break
        nest.now_ms = max(nest.now_ms, due)
        nest.ticks()
        with nest.now():
            history.record(nest.nest_id)
            if (hungry_at(nest) or end) <= nest.now_ms:
                filler.fill_queue(nest.nest_id, rng)
    else:
        raise AssertionError("the evening does not end")
    nest.now_ms = end


def hungry_at(nest: NestStory) -> int | None:
    score = redis().zscore(GLOBAL.autoplay_due, nest.nest_id)
    return None if score is None else int(score)


def shown(nest: NestStory):
    return nest.somebody.sees()["preview"]


def played(uri, artist="The Band", user="alice@example.com", nest="main", at=0, **more):
    number = Play.objects.count() + 1
    return Play.objects.create(
        nest_id=nest,
        nest_name="Main Nest",
        song_id=number,
        uri=uri,
        title=more.pop("title", "x"),
        artist=artist,
        user=user,
        duration_ms=180_000,
        heard_ms=180_000,
        started_ms=at,
        ended_ms=at + 180_000,
        outcome="played",
        **more,
    )
