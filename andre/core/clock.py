"""The one place that asks the time: that of the store in ms, which every process shares.

It never goes back. Where the store's own clock is set back, time goes on from the latest moment
that was noted (lua/clock.lua); every script that changes a nest notes its moment, and beat one a
second.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from andre.core.keys import GLOBAL
from andre.core.redis import SHARED_LUA, Scripts, redis

NOTED = ("reached_ms", "lag_ms")

lua = Scripts(SHARED_LUA)
_handed: ContextVar[int | None] = ContextVar("handed", default=None)


def now_ms() -> int:
    pipe = redis().pipeline(transaction=False)
    queue_time_probe(pipe)
    handed = _handed.get()
    return int(time_from_replies(*pipe.execute(), own_ms=handed))


def note_ms() -> int:
    """The time, noted as reached."""
    return int(lua.note_time(ServerNames())[1])


def queue_time_probe(pipe: Any) -> None:  # noqa: ANN401  A pipeline of either client.
    """Two commands, whose answers `time_from_replies` understands."""
    pipe.time()
    pipe.hmget(GLOBAL.clock, NOTED)


def time_from_replies(
    server_time: tuple[int, int], noted: Sequence[str | None], *, own_ms: float | None = None
) -> float:
    """In ms, with fractions: the time by what the commands of `queue_time_probe` replied."""
    seconds, micros = server_time
    own = int(seconds) * 1000 + int(micros) / 1000 if own_ms is None else own_ms
    reached, lag = (float(text or 0) for text in noted)
    return own if own >= reached else max(own + lag, reached)


class ServerNames:
    """What note_time.lua asks for."""

    def key(self, name: str) -> str:
        return {"clock": GLOBAL.clock}[name]

    def arg(self, name: str) -> object:
        return {"handed_now": frozen_ms()}[name]


@contextmanager
def freeze(ms: int) -> Iterator[None]:
    """Inside, this moment is handed to every script in place of the server's own time."""
    token = _handed.set(ms)
    try:
        yield
    finally:
        _handed.reset(token)


def frozen_ms() -> int | None:
    """The moment handed in by `freeze`, if any; a script that is handed none asks Redis itself."""
    return _handed.get()


class OwnClock:
    """This process's monotonic clock plus a measured offset: nest time without asking Redis.

    The offset comes from the probe with the least round trip of the last eight (Cristian, 1989).
    A probe that cannot be true together with it tells that one of the clocks has jumped, as this
    one does when the machine sleeps; then the older ones count no more.
    """

    KEPT_PROBES = 8
    JUMP_MS = 20

    def __init__(self) -> None:
        self._probes: list[tuple[float, float]] = []

    def note(self, sent: float, received: float, server_ms: float) -> None:
        """One probe: monotonic seconds when sent and received, and what Redis said between."""
        offset = server_ms - (sent + received) / 2 * 1000
        if self._has_jumped(received - sent, offset):
            self._probes.clear()
        self._probes = [*self._probes[1 - self.KEPT_PROBES :], (received - sent, offset)]

    def _has_jumped(self, trip: float, offset: float) -> bool:
        if not self._probes:
            return False
        best_trip, best = min(self._probes)
        return abs(offset - best) > (trip + best_trip) / 2 * 1000 + self.JUMP_MS

    @property
    def is_set(self) -> bool:
        return bool(self._probes)

    def now_ms(self) -> float:
        _, offset = min(self._probes)
        return time.monotonic() * 1000 + offset
