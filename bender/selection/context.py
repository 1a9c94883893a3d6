"""All that choosing may go by, frozen: whatever is chosen from it could be chosen again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from andre.protocol.shapes import Track
from bender.selection.history import History, Nothing
from bender.selection.tastes import Listener
from player.library.text_folding import fold
from player.providers.base import Catalogue, Wish
from player.queue.rules import SongRules

PAGE, PAGE_IN_TEMPORARY = 10, 5
HALF = 2
CONFIDENCE = 0.65  # Of a strategy that does not say how sure it is, 0 to 1.


@dataclass(frozen=True)
class Pick:
    """A track somebody might like to hear now, and why. `original_user` once queued it.

    A strategy says this much of each of its ideas. Of the one that is chosen the rest says how it
    came about: the strategy, and of strategies drawn before why they gave nothing (`reasons`); the
    profile, its provider, and why those before it gave nothing (`fallback_reason`).
    """

    track: Track
    reason: str
    original_user: str = ""
    confidence: float = CONFIDENCE
    strategy: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    profile: str = ""
    provider: str = ""
    fallback_reason: str = ""
    runtime_ms: float = 0.0


@dataclass(frozen=True)
class NoPick:
    """Nothing is left to choose: why, by strategy or provider."""

    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Context:
    """One moment of one nest. Times are ms of the nest's clock, artists folded.

    `is_from_playlist` says that the seed is a song of the nest's playlist. `filtered` says of a
    track why Bender leaves it alone, `heard` when an artist was (or will be) heard, `lineup` who
    the last artists are, the queue's included. `leniency` rises when nothing is left to pick from
    (see rules.py). What is picked now will begin in `waits_ms`.
    """

    nest: str
    is_main: bool
    catalogue: Catalogue
    now_ms: int
    rng: Random
    weights: Mapping[str, float]
    history: History = field(default_factory=Nothing)
    seed: Track | None = None
    seed_by: str = ""
    is_from_playlist: bool = False
    hint: str | None = None
    queued: frozenset[str] = frozenset()
    recent: Mapping[str, int] = field(default_factory=dict)
    filtered: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, int] = field(default_factory=dict)
    lineup: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()
    rules: SongRules = field(default_factory=SongRules)
    is_smart: bool = False
    no_repeat_ms: int = 0
    artist_gap: int = 0
    artist_gap_ms: int = 0
    leniency: int = 0
    waits_ms: int = 0
    catalogue_ms: int = 0

    @property
    def page(self) -> int:
        return PAGE if self.is_main else PAGE_IN_TEMPORARY

    @property
    def begins_ms(self) -> int:
        return self.now_ms + self.waits_ms

    def wish(self, pages: int = 1) -> Wish:
        return Wish(pages * self.page, self.rng, self.excluded_uris())

    def excluded_uris(self) -> frozenset[str]:
        """Addresses that the rules would drop anyway."""
        if self.leniency >= AGAIN:
            rejected = {uri for uri, why in self.filtered.items() if why == "rejected"}
            return self.queued | rejected
        return self.queued | frozenset(self.filtered)

    def with_next(self, pick: Pick) -> "Context":
        """The same moment with this pick in the queue."""
        artist = artist_of(pick.track)
        return replace(
            self,
            queued=self.queued | {pick.track.uri},
            heard={**self.heard, artist: self.now_ms},
            lineup=(*self.lineup, artist),
        )


AGAIN = 2  # The leniency from which on what was played may come again.


def artist_of(track: Track) -> str:
    return fold(track.artist)
