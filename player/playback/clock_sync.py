"""How well a nest's devices keep time together."""

from statistics import median
from typing import Any

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.frames import Answer
from andre.telemetry import metrics
from player.scripts import lua

DRIFT_MS = 2_000  # What is not more than this, a client is left alone with.
FRESH_MS = 30_000  # Devices report every ten seconds; three silences and it is not counted.


def report(act: CommandContext, error_ms: float) -> None:
    metrics.sync_error.observe(abs(error_ms) / 1000)
    lua.report_sync(act, error_ms=f"{error_ms:.2f}")


def correct(act: CommandContext, client_position_ms: float) -> Answer:
    """Where the song is, for a client that is too far off; nothing for any other."""
    _, song_id, position, version, now = lua.read_position(act)
    if not song_id or abs(float(position) - client_position_ms) <= DRIFT_MS:
        return {}
    return {
        "position_ms": int(float(position)),
        "version": int(version),
        "server_ms": int(float(now)),
    }


def errors(nest: str) -> dict[str, Any]:
    """{"devices", "median_ms", "worst_ms"} of the latest reports; null where there are none."""
    since = clock.now_ms() - FRESH_MS
    reports = [text.split(":") for text in redis().hvals(NestKeys(nest).sync)]
    fresh = [abs(float(error)) for error, at in reports if int(at) >= since]
    return {
        "devices": len(fresh),
        "median_ms": median(fresh) if fresh else None,
        "worst_ms": max(fresh, default=None),
    }
