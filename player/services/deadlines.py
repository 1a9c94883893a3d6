"""When each nest needs its next tick: a sorted set, leased and never popped."""

from datetime import UTC, datetime, timedelta

from celery import current_app

from andre import clock
from andre.act import Act
from andre.errors import NoSuchNest
from andre.keys import GLOBAL
from andre.redis import redis
from player.lua import lua

TICK_NEST = "player.tasks.tick_nest"  # By name: the task stands above and calls this room.
LOOKAHEAD_MS = 3_000  # tick_all looks this far, so whoever sets a nearer deadline sends the task.
LEASE_GRACE_MS = 1_000  # A tick lost with its worker is sent again this long after its moment.


def note(nest: str, due: str) -> None:
    """Keep what a script said is due (ms as text; empty: nothing); send a tick if it is near."""
    if not due:
        redis().zrem(GLOBAL.deadlines, nest)
        return
    due_ms = int(float(due))
    redis().zadd(GLOBAL.deadlines, {nest: due_ms})
    if due_ms - clock.now_ms() < LOOKAHEAD_MS:
        send(nest, due_ms)


def send_due() -> int:
    """Send a tick for every nest due soon that has none on its way; how many."""
    horizon = clock.now_ms() + LOOKAHEAD_MS
    due = redis().zrangebyscore(GLOBAL.deadlines, "-inf", horizon, withscores=True)
    return sum(send(nest, int(due_ms)) for nest, due_ms in due)


def send(nest: str, due_ms: int) -> bool:
    """One tick at its exact moment, unless one for the same moment is on its way."""
    wait_ms = max(0, due_ms - clock.now_ms())
    try:
        leased = lua.lease_tick(Act(nest), due_ms=due_ms, lease_ms=wait_ms + LEASE_GRACE_MS)
    except NoSuchNest:
        forget(nest)
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


def forget(nest: str) -> None:
    redis().zrem(GLOBAL.deadlines, nest)
