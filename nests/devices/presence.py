"""Which devices of a person are connected: those that have shown a sign of life within a minute."""

from collections.abc import Iterable
from datetime import UTC, datetime

from andre.core import clock
from andre.core.keys import devices_seen
from andre.core.redis import redis

CONNECTED_SECONDS = 60
MOST_KEPT = 100  # Connections may name whatever they like.
KEPT_SECONDS = 3_600  # Long enough for whoever comes back to be told what has gone meanwhile.


def note_beats(beats: Iterable[tuple[str, str]]) -> set[str]:
    """Beats of (address, device id). Returns the people of whom a device has come or gone."""
    now_ms = clock.now_ms()
    told = list(beats)
    pipe = redis().pipeline(transaction=False)
    for email, device in told:
        key = devices_seen(email)
        pipe.zadd(key, {device: now_ms})
        pipe.zcount(key, "-inf", long_ago(now_ms))
        pipe.zremrangebyrank(key, 0, -MOST_KEPT - 1)
        pipe.expire(key, KEPT_SECONDS)
    found = pipe.execute()
    changes = zip(told, found[0::4], found[1::4], strict=True)
    return {email for (email, _), has_come, has_gone in changes if has_come or has_gone}


def read_beats(email: str) -> tuple[dict[str, int], set[str]]:
    """(device id -> ms of its last beat, those of them that are connected)."""
    found = redis().zrange(devices_seen(email), 0, -1, withscores=True)
    seen = {device: int(ms) for device, ms in found}
    after = long_ago(clock.now_ms())
    return seen, {device for device, ms in seen.items() if ms > after}


def forget_beats(email: str, devices: Iterable[str]) -> None:
    if gone := list(devices):
        redis().zrem(devices_seen(email), *gone)


def long_ago(now_ms: int) -> int:
    return now_ms - CONNECTED_SECONDS * 1000


def as_datetime(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
