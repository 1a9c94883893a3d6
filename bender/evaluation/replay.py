"""An evening once more, with another one choosing: a profile of Bender's, or a floor to beat."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from andre.core.conf import conf
from andre.protocol.shapes import Track
from bender.evaluation.sessions import Queued, Session
from bender.selection import profiles, strategies
from bender.selection.context import Context, Pick, artist_of
from bender.selection.rules import is_welcome
from bender.selection.strategies import ask_strategy
from bender.selection.tastes import Listener
from player.providers.base import OwnCatalogue

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
SONG_AGAIN_MS, ARTIST_AGAIN_MS = 2 * HOUR_MS, HOUR_MS

Chooser = Callable[[Context], Track | None]


@dataclass
class Measured:
    """What came of an evening, or of many: counts, and ms of each pick."""

    picks: int = 0
    songs_again: int = 0
    artists_again: int = 0
    distinct_artists: list[float] = field(default_factory=list)
    jammed: int = 0
    rejected: int = 0
    times_ms: list[float] = field(default_factory=list)


@dataclass
class Replay:
    """What has happened so far."""

    evening: Session
    rng: Random
    now_ms: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    filtered: dict[str, str] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    lineup: list[str] = field(default_factory=list)
    seed: Track | None = None
    seed_by: str = ""
    listeners: dict[str, Listener] = field(default_factory=dict)

    def context(self) -> Context:
        return Context(
            nest="replay",
            is_main=self.evening.is_main,
            catalogue=self.evening.catalogue,
            now_ms=self.now_ms,
            rng=self.rng,
            weights=strategies.weights(),
            seed=self.seed,
            seed_by=self.seed_by,
            hint=self.evening.hint,
            recent=dict(self.ended),
            filtered=dict(self.filtered),
            heard=dict(self.heard),
            lineup=tuple(self.lineup),
            listeners=tuple(self.listeners.values()),
            is_smart=True,
            no_repeat_ms=conf().no_repeat_minutes * MINUTE_MS,
            artist_gap=conf().artist_gap,
            artist_gap_ms=conf().artist_gap_minutes * MINUTE_MS,
        )

    def plays(self, track: Track, why: str) -> None:
        self.now_ms += track.duration_ms
        self.ended[track.uri] = self.heard[artist_of(track)] = self.now_ms
        self.lineup.append(artist_of(track))
        self.filtered[track.uri] = why

    def learns(self, track: Track, said: dict[str, str]) -> None:
        for name, word in said.items():
            if name in self.listeners:
                known = self.listeners[name]
                counted = known.jams if word == "jam" else known.rejections
                counted.update([track.uri, artist_of(track)])


def replay(evening: Session, chooser: Chooser, seed: int, measured: Measured) -> None:
    state = Replay(evening, Random(seed))
    verdicts = Random(f"verdicts {seed}")  # Their own, so that choosing does not change the guests.
    state.listeners = {name: Listener(name, name, Counter()) for name in evening.people}
    waiting = list(evening.queued)
    artists: list[str] = []
    while state.now_ms < evening.minutes * MINUTE_MS:
        if waiting and waiting[0].at_ms <= state.now_ms:
            play_of_person(state, waiting.pop(0))
            continue
        begun = time.perf_counter()
        track = chooser(state.context())
        measured.times_ms.append((time.perf_counter() - begun) * 1000)
        if track is None:
            state.now_ms += MINUTE_MS
            continue
        judge(state, track, measured)
        artists.append(artist_of(track))
        state.plays(track, "picked")
        said = evening.verdict(track, verdicts)
        measured.jammed += "jam" in said.values()
        measured.rejected += "rejection" in said.values()
        state.learns(track, said)
    if artists:
        measured.distinct_artists.append(100 * len(set(artists)) / len(artists))


def play_of_person(state: Replay, queued: Queued) -> None:
    state.seed, state.seed_by = queued.track, queued.person
    if queued.person in state.listeners:
        known = state.listeners[queued.person]
        known.plays.update([queued.track.uri, artist_of(queued.track)])
    state.plays(queued.track, "queued")


def judge(state: Replay, track: Track, measured: Measured) -> None:
    measured.picks += 1
    before = state.ended.get(track.uri)
    measured.songs_again += before is not None and state.now_ms - before < SONG_AGAIN_MS
    heard = state.heard.get(artist_of(track))
    measured.artists_again += heard is not None and state.now_ms - heard < ARTIST_AGAIN_MS


def profile(name: str) -> Chooser:
    def choose(context: Context) -> Track | None:
        found = profiles.choose_by_profile(context, name, ask_strategy)
        return found.track if isinstance(found, Pick) else None

    return choose


def at_random(context: Context) -> Track | None:
    """Any song that does not play already."""
    return first(replace(context, filtered={}), [])


def least_recent(context: Context) -> Track | None:
    recent = sorted(context.recent, key=lambda uri: context.recent[uri])
    return first(replace(context, filtered={}), recent)


def first(context: Context, recent: list[str]) -> Track | None:
    if not isinstance(context.catalogue, OwnCatalogue):
        return None
    lenient = replace(context, leniency=3)
    found = context.catalogue.long_unheard(recent, lenient.wish())
    return next((track for track in found if is_welcome(track, lenient)), None)


CHOOSERS: dict[str, Chooser] = {name: profile(name) for name in profiles.PROFILES} | {
    "random": at_random,
    "least recently played": least_recent,
}
