"""Which nests Bender is to feed, and when: a sorted set, leased by putting off."""

from celery import current_app

from andre.core import clock
from andre.core.context import autoplay_depth, default_setting
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis

FEED = "bender.tasks.feed"  # By name: the task stands above.
LEASE_MS = 5_000  # A feed that was lost with its worker is sent again this long after.


def request_autoplay(nest: str, at_ms: int | None = None) -> None:
    """Feed it then, or now; whatever was meant to be later is brought forward."""
    when = clock.now_ms() if at_ms is None else at_ms
    redis().zadd(GLOBAL.autoplay_due, {nest: when}, lt=True)


def renew_requests(nest: str, at_ms: int) -> None:
    """Feed it then, unless it was noted meanwhile."""
    redis().zadd(GLOBAL.autoplay_due, {nest: at_ms}, nx=True)


def look_after(nest: str) -> None:
    """Note it if it is short of songs, or Bender was asked and never came. Backing off goes on."""
    keys = NestKeys(nest)
    pipe = redis().pipeline(transaction=False)
    pipe.zcard(keys.queue)
    pipe.hget(keys.playback, "autoplay_requested")
    pipe.scard(keys.listeners)
    pipe.hget(keys.nest_state, "bender")
    depth, was_requested, listeners, switch = pipe.execute()
    is_on = default_setting("bender", nest) if switch is None else switch == "1"
    if listeners and (was_requested or (is_on and depth < autoplay_depth(nest))):
        renew_requests(nest, clock.now_ms())


def take(nest: str) -> None:
    """Somebody feeds it now. Whatever happens from here on is noted anew."""
    redis().zrem(GLOBAL.autoplay_due, nest)
    redis().hdel(NestKeys(nest).playback, "autoplay_requested")


def send_due() -> None:
    now = clock.now_ms()
    for nest in redis().zrangebyscore(GLOBAL.autoplay_due, "-inf", now):
        # Two at once may both send one: a feed that finds nothing to do does nothing.
        if redis().zadd(GLOBAL.autoplay_due, {nest: now + LEASE_MS}, xx=True, ch=True):
            send_fill(nest)


def send_fill(nest: str) -> None:
    current_app.signature(FEED, (nest,)).apply_async()
