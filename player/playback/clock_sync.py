"""How well a nest's devices keep time together."""

from statistics import median
from typing import Any

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from player.scripts import lua

FRESH_MS = 30_000  # Devices report every ten seconds; three silences and it is not counted.


def report(act: CommandContext, error_ms: float) -> None:
    lua.report_sync(act, error_ms=f"{error_ms:.2f}")


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
