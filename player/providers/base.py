"""What every provider can do. Its own words stay in its own folder."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, Protocol, runtime_checkable

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.source import Embedding, TrackSource

PAGE_SIZE = 10
SHORTEST_MS = 5_000  # Shorter ones are jingles, and a nest of them would only change songs.

Kind = Literal["track", "album", "artist", "playlist"]


class ProviderError(Refusal):
    """A provider did not answer. `retry_after` is in seconds; None: asking again will not help."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        waiting = {} if retry_after is None else {"retry_after_s": max(1, math.ceil(retry_after))}
        super().__init__("unavailable", message, **waiting)
        self.retry_after = retry_after


class OutcomeUnknown(ProviderError):
    """Nobody knows whether it was done: the answer is missing, not the deed perhaps."""


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def is_near(self) -> bool:
        """It answers from this machine, so nobody has to mind the time it takes."""
        ...

    @property
    def is_configured(self) -> bool:
        """Whether tracks of it can be queued here at all."""
        ...

    @property
    def is_searchable(self) -> bool: ...

    @property
    def tells_lengths(self) -> bool:
        """Whether it says how long its tracks are; where it does not, a page may measure one."""
        ...

    def read(self, text: str) -> str | None:
        """The URI that a pasted line names, if it is one of this provider's; asks nobody."""
        ...

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        """Up to PAGE_SIZE matches, best first; pages count from 1. Raises ProviderError.

        Anything but a track is given as one thing that `expand` opens; none of what it has not.
        """
        ...

    def lookup(self, uri: str) -> Track:
        """Raises Refusal `track_not_found`, or ProviderError."""
        ...

    def expand(self, uri: str) -> list[Track]:
        """Raises Refusal `track_not_found` if nothing is there, or ProviderError."""
        ...

    def source_of(self, uri: str) -> TrackSource | None:
        """What a URI names, as a value; None for what is not of this provider. Asks nobody."""
        ...

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        """A player's page for an iframe; None where a browser plays it without one. Asks nobody.

        Raises Refusal `validation_error` for an item of a collection without its numbers.
        """
        ...

    def sources(self) -> Mapping[str, Sequence[str]]:
        """What a page has to let in to show and play this: policy directive -> origins."""
        ...


@dataclass(frozen=True)
class Wish:
    """How many tracks are wanted, drawn by which rng, and which would be of no use."""

    n: int
    rng: Random = field(default_factory=Random)
    without: frozenset[str] = frozenset()


class Catalogue(Protocol):
    """Where songs can be picked from when people do not.

    Each method gives up to `wish.n` tracks, drawn by chance where there are more, none where there
    are none; it leaves out what it can of `wish.without`. `track` names an artist or an album and
    need not be of this catalogue. All may raise ProviderError, but for `still_there` and what
    OwnCatalogue adds about all of it: `long_unheard` and `length_ms`.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_near(self) -> bool:
        """It answers from this machine, so nobody has to mind the time it takes."""
        ...

    def genres_of(self, track: Track) -> list[str]:
        """Of its artist, the most frequent first."""
        ...

    def of_genre(self, genre: str, wish: Wish) -> list[Track]: ...

    def by_artist(self, track: Track, wish: Wish) -> list[Track]:
        """By its artist or with them: collaborations, features."""
        ...

    def top_of_artist(self, track: Track, wish: Wish) -> list[Track]: ...

    def of_album(self, track: Track, wish: Wish) -> list[Track]: ...

    def still_there(self, tracks: list[Track]) -> list[Track]:
        """Those of these, once played here, that can still be; asks no network."""
        ...


@runtime_checkable
class OwnCatalogue(Catalogue, Protocol):
    """A catalogue whose recordings are our own: it can be counted, and listened to."""

    def genres_near(self, genre: str) -> list[str]: ...

    def near_artist(self, track: Track, wish: Wish) -> list[Track]:
        """By others that go with its artist."""
        ...

    def nearest_in_sound(self, track: Track, wish: Wish) -> list[Track]:
        """The nearest first; none where nobody has measured the track."""
        ...

    def long_unheard(self, recent: list[str], wish: Wish) -> list[Track]:
        """What has not been played, by chance; then those of `recent`, in its order."""
        ...

    def length_ms(self) -> int:
        """Of everything together."""
        ...
