"""How soon a track may play again in a nest, and which ones may not yet."""

from collections.abc import Iterable

from django.core.cache import cache, caches

from nests.registry.records import Nest
from player.catalogues import CATALOGUES
from player.providers.base import OwnCatalogue

MINUTE_MS = 60_000
HALF = 2
KNOWN_FOR_SECONDS = 600
LENGTH = "catalogue_length_ms"  # name in the cache, with the catalogue's behind it


def no_repeat_ms(nest: Nest) -> int:
    """What the nest is set to, but never more than half of what a catalogue of our own lasts.

    Otherwise a small library would have nothing left to add after half an hour.
    """
    wished: int = nest.setting("no_repeat_minutes") * MINUTE_MS
    length = length_ms(nest.plays_from)
    return min(wished, length // HALF) if length else wished


def artist_gap_ms(nest: Nest) -> int:
    """How long an artist has to rest before a person may add another song of theirs."""
    return (nest.setting("artist_gap_minutes") or 0) * MINUTE_MS


def length_ms(catalogue: str) -> int:
    """0 for one that is nobody's to measure. A sum over every track, so it is kept: in Redis, where
    a crowd that returns after a restart finds it, and for a few seconds in this process.
    """
    found = CATALOGUES[catalogue]
    if not isinstance(found, OwnCatalogue):
        return 0
    key, here = f"{LENGTH}:{catalogue}", caches["process"]
    known = here.get(key)
    if known is None:
        known = cache.get_or_set(key, found.length_ms, KNOWN_FOR_SECONDS)
        here.set(key, known)
    return int(known or 0)


def measure_lengths() -> None:
    """After a scan: a library that has just grown allows more. Nobody is left without a length, who
    would ask the database for it in the middle of a crowd.
    """
    for name, catalogue in CATALOGUES.items():
        if isinstance(catalogue, OwnCatalogue):
            length = catalogue.length_ms()
            cache.set(f"{LENGTH}:{name}", length, KNOWN_FOR_SECONDS)
            caches["process"].set(f"{LENGTH}:{name}", length)


def not_yet_welcome(
    ended: Iterable[tuple[str, float]], no_repeat: int, now_ms: int
) -> dict[str, int]:
    """Track -> when it may be added again, of those that may not now; `ended` is when each did."""
    until = {uri: int(ended_ms) + no_repeat for uri, ended_ms in ended}
    return {uri: welcome_ms for uri, welcome_ms in until.items() if welcome_ms > now_ms}
