"""How often somebody may do something: one table for all of them, counted in Redis."""

import math
import time
from functools import cache
from typing import Literal

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

from andre.conf import conf
from andre.errors import Refusal
from andre.keys import person_hash

log = structlog.get_logger(__name__)

Limited = Literal[
    "songs",
    "airhorns",
    "comments",
    "queue_changes",
    "control",
    "build",
    "build_from_address",
    "search",
    "lists",
    "media_tokens",
]

# What each is counted by is said where it is spent: a person, a person in a nest, an address.
LIMITS: dict[Limited, RateLimitItem] = {
    "songs": RateLimitItemPerHour(50),
    "airhorns": RateLimitItemPerHour(20),
    "comments": RateLimitItemPerHour(30),
    "queue_changes": RateLimitItemPerMinute(60),
    "control": RateLimitItemPerSecond(30, 10),
    "build": RateLimitItemPerHour(3),
    "build_from_address": RateLimitItemPerHour(10),
    "search": RateLimitItemPerMinute(120),
    "lists": RateLimitItemPerMinute(60),
    "media_tokens": RateLimitItemPerMinute(20),
}

SENTENCES: dict[Limited, str] = {
    "songs": "That is a lot of music. Let the others have a turn, too.",
    "airhorns": "Twenty airhorns an hour are enough for anyone.",
    "comments": "You have said a lot this hour.",
    "queue_changes": "The queue cannot keep up with you.",
    "control": "The player cannot keep up with you.",
    "build": "You have built enough nests for this hour.",
    "build_from_address": "Enough nests have been built from your network this hour.",
    "search": "You are searching faster than anyone can listen.",
    "lists": "You are looking faster than anything changes.",
    "media_tokens": "This device asks for its song too often.",
}


def spend(limited: Limited, who: str, cost: int = 1) -> None:
    """Count `cost` of something for `who`. Raises Refusal `rate_limited` with `retry_after_s`.

    Redis away: reading goes on uncounted, and whatever writes fails by itself.
    """
    if not conf().andre_limits_enabled:
        return
    item, key = LIMITS[limited], (limited, person_hash(who))
    try:
        if limiter().hit(item, *key, cost=cost):
            return
        resets_at, _ = limiter().get_window_stats(item, *key)
    except StorageError as error:
        log.warning("limit_not_counted", limited=limited, error=str(error))
        return
    wait = max(1, math.ceil(resets_at - time.time()))
    raise Refusal("rate_limited", SENTENCES[limited], retry_after_s=wait)


@cache
def limiter() -> FixedWindowRateLimiter:
    url = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return FixedWindowRateLimiter(
        RedisStorage(url, wrap_exceptions=True, **settings.REDIS_TIMEOUTS)
    )
