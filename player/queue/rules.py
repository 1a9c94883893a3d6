"""Which songs a nest takes: what its host has set, for people and for Bender alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from nests.registry.records import Nest
from player.library.text_folding import fold

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class SongRules:
    """What is asked of a track itself; what depends on the queue, enqueue.lua asks."""

    allows_explicit: bool = True
    longest_ms: int | None = None
    blocked: tuple[str, ...] = ()


def rules_of(nest: Nest) -> SongRules:
    minutes = nest.setting("max_song_minutes")
    return SongRules(
        allows_explicit=nest.setting("explicit"),
        longest_ms=minutes and minutes * MINUTE_MS,
        blocked=tuple(nest.setting("blocked") or ()),
    )


def find_refusal(track: Track, rules: SongRules) -> Refusal | None:
    """What who adds it is told; None of a track that is welcome."""
    if track.explicit and not rules.allows_explicit:
        return Refusal("explicit_song", "Explicit songs are not played in this nest.")
    if rules.longest_ms is not None and track.duration_ms > rules.longest_ms:
        minutes = rules.longest_ms // MINUTE_MS
        return Refusal("song_too_long", f"In this nest no song lasts more than {minutes} min.")
    blocked = find_blocked(track, rules.blocked)
    if blocked is not None:
        return Refusal("song_blocked", f"“{blocked}” is not played in this nest.")
    return None


def is_within(track: Track, rules: SongRules) -> bool:
    return find_refusal(track, rules) is None


def find_blocked(track: Track, blocked: Iterable[str]) -> str | None:
    """The first of these that names the track: its address, or words of its title or artist."""
    return next((text for text in blocked if names(text, track)), None)


def names(text: str, track: Track) -> bool:
    wanted = f" {fold(text)} "
    return text == track.uri or any(
        wanted in f" {fold(name)} " for name in (track.title, track.artist)
    )
