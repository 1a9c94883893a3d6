"""What stands before every call to somebody else's server: how they want to be asked, and whether.

All processes of the server share it, in Redis: a provider that has had enough of one has of all.
"""

import math
import secrets
from dataclasses import dataclass

import structlog

from andre.core import clock
from andre.core.keys import GLOBAL, provider_broken, provider_limited
from andre.core.redis import redis
from player.providers.base import ProviderError
from player.scripts import lua

WAIT_IF_NOT_SAID_S = 30.0
QUOTA_WAIT_S = 3600.0
FAILURES = 5  # So many within WINDOW_MS, and nobody asks for BROKEN_S.
WINDOW_MS = 30_000
BROKEN_S = 30

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LimitNames:
    """The one key of limit_provider.lua."""

    provider: str

    def key(self, name: str) -> str:
        return {"limited": provider_limited(self.provider)}[name]

    def arg(self, name: str) -> object:
        raise TypeError(f"no shared argument is called {name}")


def ensure_available(provider: str, title: str) -> None:
    """Raises ProviderError at once, with the time until it may be asked again."""
    pipe = redis().pipeline(transaction=False)
    pipe.pttl(provider_limited(provider))
    pipe.pttl(provider_broken(provider))
    limited_ms, broken_ms = pipe.execute()
    if limited_ms > 0:
        raise wait_error(title, limited_ms / 1000)
    if broken_ms > 0:
        raise ProviderError(f"{title} does not answer just now.", broken_ms / 1000)


def limit(provider: str, seconds: float | None) -> float:
    """It wants to be left alone, for so long at least; how long it is now, in seconds."""
    wait_ms = round((WAIT_IF_NOT_SAID_S if seconds is None else seconds) * 1000)
    _, left_ms = lua.limit_provider(LimitNames(provider), wait_ms=max(1, wait_ms))
    return int(left_ms) / 1000


def limit_for_quota(provider: str) -> float:
    log.error("provider_quota_exceeded", provider=provider)  # What operators are alerted by.
    return limit(provider, QUOTA_WAIT_S)


def wait_error(title: str, seconds: float) -> ProviderError:
    return ProviderError(f"{title} asks us to wait {math.ceil(seconds)} s.", seconds)


def note_failure(provider: str) -> None:
    failures, now = GLOBAL.provider_failures(provider), clock.now_ms()
    pipe = redis().pipeline(transaction=True)
    pipe.zadd(failures, {secrets.token_hex(8): now})
    pipe.zremrangebyscore(failures, "-inf", now - WINDOW_MS)
    pipe.pexpire(failures, WINDOW_MS)
    pipe.zcard(failures)
    if pipe.execute()[-1] >= FAILURES:
        redis().set(provider_broken(provider), "1", ex=BROKEN_S)
        log.warning("provider_broken", provider=provider)
