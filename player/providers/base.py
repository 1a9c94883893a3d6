"""What every provider can do. Its own words stay in its own folder."""

from typing import Literal, Protocol

from andre.protocol.shapes import Track

PAGE_SIZE = 10

Kind = Literal["track", "album"]


class ProviderError(Exception):
    """A provider did not answer. `retry_after` is in seconds; None: asking again will not help."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        """Up to PAGE_SIZE matches, best first; pages count from 1. Raises ProviderError."""
        ...

    def lookup(self, uri: str) -> Track:
        """Raises Refusal `track_not_found`, or ProviderError."""
        ...

    def expand(self, uri: str) -> list[Track]:
        """Raises Refusal `track_not_found` if nothing is there, or ProviderError."""
        ...

    def embed_url(self, track: Track) -> str | None:
        """A player's page for an iframe; None where a browser plays it without one."""
        ...
