"""What a strategy may ask of what was played: the port, and a house that remembers nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from andre.protocol.shapes import Track

Span = tuple[int, int]  # ms of the nest's clock; the end is outside


@dataclass(frozen=True)
class Played:
    """A song that somebody, here by address and name, had queued in the Main Nest."""

    track: Track
    user: str
    user_name: str
    started_ms: int


class History(Protocol):
    """Of the Main Nest."""

    def began_ms(self) -> int | None:
        """When the first song did; None before it."""
        ...

    def queues_between(self, spans: Sequence[Span], provider: str) -> list[Played]:
        """What people queued of this provider's, the latest first, up to some hundreds."""
        ...


class Nothing:
    """The history of a house that has none."""

    def began_ms(self) -> int | None:
        return None

    def queues_between(self, _spans: Sequence[Span], _provider: str) -> list[Played]:
        return []
