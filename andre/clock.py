"""The one place that asks the time: Redis server time in ms, which every process shares."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from andre.redis import redis

_handed: ContextVar[int | None] = ContextVar("handed", default=None)


def now_ms() -> int:
    handed = _handed.get()
    if handed is not None:
        return handed
    seconds, micros = redis().time()
    return int(seconds) * 1000 + int(micros) // 1000


@contextmanager
def at(ms: int) -> Iterator[None]:
    """Inside, this moment is handed to every script in place of the server's own time."""
    token = _handed.set(ms)
    try:
        yield
    finally:
        _handed.reset(token)


def handed() -> int | None:
    """The moment handed in by `at`, if any; a script told nothing asks Redis itself."""
    return _handed.get()


class OwnClock:
    """This process's monotonic clock plus a measured offset: nest time without asking Redis.

    The offset comes from the probe with the least round trip of the last eight (Cristian, 1989).
    """

    KEPT_PROBES = 8

    def __init__(self) -> None:
        self._probes: list[tuple[float, float]] = []

    def note(self, sent: float, received: float, server_ms: float) -> None:
        """One probe: monotonic seconds when sent and received, and what Redis said between."""
        offset = server_ms - (sent + received) / 2 * 1000
        self._probes = [*self._probes[1 - self.KEPT_PROBES :], (received - sent, offset)]

    @property
    def is_set(self) -> bool:
        return bool(self._probes)

    def now_ms(self) -> float:
        _, offset = min(self._probes)
        return time.monotonic() * 1000 + offset
