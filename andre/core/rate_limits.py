"""How often somebody may do something: one table for all of them, counted in Redis."""

import math
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import structlog
from django.conf import settings
from limits import (
    RateLimitItem,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
    RateLimitItemPerSecond,
)
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import person_hash

log = structlog.get_logger(__name__)

Limited = Literal[
    "songs",
    "airhorns",
    "comments",
    "jams",
    "queue_changes",
    "control",
    "failures",
    "settings",
    "build",
    "build_from_address",
    "unknown_codes",
    "unknown_codes_from_address",
    "search",
    "lists",
    "exports",
    "media_tokens",
    "own_player",
    "runs",
]

# What each is counted by is said where it is spent: a person, a person in a nest, an address.
LIMITS: dict[Limited, RateLimitItem] = {
    "songs": RateLimitItemPerHour(50),
    "airhorns": RateLimitItemPerHour(20),
    "comments": RateLimitItemPerHour(30),
    "jams": RateLimitItemPerMinute(60),
    "queue_changes": RateLimitItemPerMinute(60),
    "control": RateLimitItemPerSecond(30, 10),
    "failures": RateLimitItemPerMinute(30),
    "settings": RateLimitItemPerMinute(30),
    "build": RateLimitItemPerHour(3),
    "build_from_address": RateLimitItemPerHour(10),
    "unknown_codes": RateLimitItemPerMinute(10),
    "unknown_codes_from_address": RateLimitItemPerMinute(30),
    "search": RateLimitItemPerMinute(120),
    "lists": RateLimitItemPerMinute(60),
    "exports": RateLimitItemPerMinute(10),
    "media_tokens": RateLimitItemPerMinute(20),
    "own_player": RateLimitItemPerMinute(60),
    "runs": RateLimitItemPerMinute(60),
}

SENTENCES: dict[Limited, str] = {
    "songs": "That is a lot of music. Let the others have a turn, too.",
    "airhorns": "Twenty airhorns an hour are enough for anyone.",
    "comments": "You have said a lot this hour.",
    "jams": "So much love at once. Let the song play.",
    "queue_changes": "The queue cannot keep up with you.",
    "control": "The player cannot keep up with you.",
    "failures": "This device has said often enough what it cannot play.",
    "settings": "The nest cannot change that fast.",
    "build": "You have built enough nests for this hour.",
    "build_from_address": "Enough nests have been built from your network this hour.",
    "unknown_codes": "You have tried many codes that are none. Wait a moment, and look it up.",
    "unknown_codes_from_address": "Many codes that are none were tried from your network.",
    "search": "You are searching faster than anyone can listen.",
    "lists": "You are looking faster than anything changes.",
    "exports": "You have taken enough evenings home for this minute.",
    "own_player": "Your player is asked for too often.",
    "media_tokens": "This device asks for its song too often.",
    "runs": "Bender cannot think that fast.",
}


# What a role's key may ask for, where the key has no number of its own.
REQUESTS_A_MINUTE = {"viewer": 60, "operator": 120, "researcher": 240, "admin": 600}

SECONDS_BETWEEN_WARNINGS = 60


def consume(limited: Limited, who: str, cost: int = 1) -> None:
    """Count `cost` of something for `who`. Raises Refusal `rate_limited` with `retry_after_s`.

    Redis away: reading goes on uncounted, and whatever writes fails by itself.
    """
    take(LIMITS[limited], (limited, person_hash(who)), SENTENCES[limited], cost)


def require_left(limited: Limited, who: str) -> None:
    """Refuse as `spend` would, and count nothing. Raises Refusal `rate_limited`."""
    item, key = LIMITS[limited], (limited, person_hash(who))
    require(lambda: limiter().test(item, *key), item, key, SENTENCES[limited])


def consume_request(who: str, a_minute: int) -> None:
    """Count one request of a program; 0 blocks. Raises Refusal `rate_limited`."""
    sentence = f"{a_minute} requests a minute are what this key has."
    take(RateLimitItemPerMinute(a_minute), ("requests", person_hash(who)), sentence)


def require_counting() -> None:
    """For what must not go on uncounted, such as signing in. Raises Refusal `unavailable`."""
    if conf().andre_limits_enabled and not limiter().storage.check():
        raise Refusal("unavailable", "This does not work just now. Please try again in a minute.")


def take(item: RateLimitItem, key: tuple[str, str], sentence: str, cost: int = 1) -> None:
    require(lambda: limiter().hit(item, *key, cost=cost), item, key, sentence)


def require(
    has_room: Callable[[], bool], item: RateLimitItem, key: tuple[str, str], sentence: str
) -> None:
    if not conf().andre_limits_enabled:
        return
    try:
        if has_room():
            return
        resets_at, _ = limiter().get_window_stats(item, *key)
    except StorageError as error:
        uncounted.warn(time.monotonic(), error)
        return
    wait = max(1, math.ceil(resets_at - time.time()))
    raise Refusal("rate_limited", sentence, retry_after_s=wait)


@cache
def limiter() -> FixedWindowRateLimiter:
    url = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return FixedWindowRateLimiter(
        ExactStorage(url, wrap_exceptions=True, **settings.REDIS_TIMEOUTS)
    )


class ExactStorage(RedisStorage):
    """Tells a window's end to the millisecond: TTL rounds, and who waited came a moment early.

    A window that lasts longer than it was made for tells that Redis's clock has been set back: it
    is begun anew, so that nobody waits for an hour after ten seconds.
    """

    SCRIPT_INCR_EXPIRE = b"""
        local count = redis.call("INCRBY", KEYS[1], ARGV[2])
        if count == tonumber(ARGV[2]) or redis.call("PTTL", KEYS[1]) > ARGV[1] * 1000 then
            redis.call("EXPIRE", KEYS[1], ARGV[1])
        end
        return count
    """

    def get_expiry(self, key: str) -> float:
        client: Any = self.get_connection(readonly=True)  # Its declared type has no PTTL.
        left_ms: int = client.pttl(self.prefixed_key(key))
        return max(left_ms, 0) / 1000 + time.time()


class Warnings:
    """One a minute: a store that is away is away for every request."""

    def __init__(self) -> None:
        self.quiet_until = -math.inf

    def warn(self, now: float, error: StorageError) -> None:
        if now >= self.quiet_until:
            self.quiet_until = now + SECONDS_BETWEEN_WARNINGS
            log.warning("limits_not_counted", error=str(error))


uncounted = Warnings()
