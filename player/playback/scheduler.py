"""When each nest needs its next tick: a sorted set, leased and never popped."""

from datetime import UTC, datetime, timedelta

from celery import current_app

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from player.playback import autoplay_requests
from player.remote_players import followers
from player.scripts import lua

TICK_NEST = "player.tasks.tick_nest"  # By name: the task stands above and calls this room.
LOOKAHEAD_MS = 3_000  # tick_all looks this far, so whoever sets a nearer deadline sends the task.
TRIES = 5  # Five other changes between two commands of one pipeline do not happen.
SENT_AT_ONCE = 5  # Whoever sends a hundred ticks in one go is late for those due meanwhile.
LEASE_GRACE_MS = 1_000  # A tick lost with its worker is sent again this long after its moment.


def schedule(nest: str, due: str, is_changed: str = "1", is_autoplay_due: str = "") -> None:
    """Keep when a nest's next tick is due, and send the tick if that is near.

    The fields are those that lua/save_playback.lua returns: `due` in ms, empty for never; "1" where
    it has changed; "1" where Bender is to fill the queue.
    """
    if is_autoplay_due:
        autoplay_requests.request_autoplay(nest)
    if not is_changed:
        return
    settled = store_due(nest, due)
    followers.tell(nest)
    if not settled:
        return
    due_ms, now = int(float(settled)), clock.now_ms()
    if due_ms - now < LOOKAHEAD_MS:
        send_tick(nest, due_ms, now)


def store_due(nest: str, due: str) -> str:
    """Write it down. Two processes may come here in another order than their scripts ran: what the
    nest itself holds due after the writing is what counts, and it is given back.
    """
    for _ in range(TRIES):
        pipe = redis().pipeline(transaction=False)
        if due:
            pipe.zadd(GLOBAL.deadlines, {nest: int(float(due))})
        else:
            pipe.zrem(GLOBAL.deadlines, nest)
        pipe.hget(NestKeys(nest).playback, "due_ms")
        truth = pipe.execute()[1]
        if truth is None or truth == due:
            break
        due = truth
    return due


def send_due() -> bool:
    """Send ticks for the nests due next that have none on their way; whether more are waiting."""
    now = clock.note_ms()
    due = redis().zrangebyscore(GLOBAL.deadlines, "-inf", now + LOOKAHEAD_MS, withscores=True)
    unsent = without_tick([(nest, int(due_ms)) for nest, due_ms in due], now)
    for nest, due_ms in unsent[:SENT_AT_ONCE]:
        send_tick(nest, due_ms, now)
    return len(unsent) > SENT_AT_ONCE


def without_tick(due: list[tuple[str, int]], now_ms: int) -> list[tuple[str, int]]:
    """Those (nest id, ms) that are not leased for this moment, asked for all at once."""
    pipe = redis().pipeline(transaction=False)
    for nest, _ in due:
        pipe.get(NestKeys(nest).tick_lease)
    leases = pipe.execute()
    return [
        each for each, lease in zip(due, leases, strict=True) if not holds(lease, each[1], now_ms)
    ]


def holds(lease: str | None, due_ms: int, now_ms: int) -> bool:
    """As in lua/lease_tick.lua."""
    due, _, ends_at = (lease or "").partition(" ")
    return due == str(due_ms) and now_ms < float(ends_at)


def send_tick(nest: str, due_ms: int, now_ms: int) -> bool:
    """One tick at its exact moment, unless one for the same moment is on its way."""
    wait_ms = max(0, due_ms - now_ms)
    try:
        leased = lua.lease_tick(
            CommandContext(nest), due_ms=due_ms, lease_ms=wait_ms + LEASE_GRACE_MS
        )
    except NoSuchNest:
        unschedule(nest)
        return False
    if leased != ["leased"]:
        return False
    tick = current_app.signature(TICK_NEST, (nest,))
    if wait_ms:
        eta = datetime.now(UTC) + timedelta(milliseconds=wait_ms)
        tick.apply_async(eta=eta)
    else:
        tick.apply_async()
    return True


def unschedule(nest: str) -> None:
    redis().zrem(GLOBAL.deadlines, nest)
