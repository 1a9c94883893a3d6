"""Operators slow a nest that keeps the server too busy, for a while; everybody in it is told."""

from collections.abc import Iterable

from django.db import transaction

from andre.audit import trail
from andre.audit.models import Action
from andre.core import clock
from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.core.throttle import forget_text, parse_throttle
from andre.protocol.shapes import Throttle
from nests.scripts import lua

# Of a throttle that says nothing else: slow enough that a program notices, and people hardly.
A_MINUTE, MINUTES = 30, 15
MOST_A_MINUTE, MOST_MINUTES = 600, 1_440
MINUTE_MS = 60_000
SHARES = 2  # One person alone takes half of what everybody has, and no more.
NOTHING_COUNTED = (
    "This server counts nothing (ANDRE_LIMITS_ENABLED), so that no nest can be slowed."
)
NOT_SLOWED = "This nest is not slowed."


def slow_nest(act: CommandContext, *, a_minute: int, minutes: int) -> None:
    """In place of what it was slowed to before. Raises Refusal and NoSuchNest."""
    if not conf().andre_limits_enabled:
        raise Refusal("feature_not_allowed", NOTHING_COUNTED)
    with transaction.atomic():
        record_throttle(act, Action.NEST_THROTTLED, {"a_minute": a_minute, "minutes": minutes})
        lua.throttle_nest(
            act,
            lasts_ms=minutes * MINUTE_MS,
            a_minute=a_minute,
            a_minute_each=-(-a_minute // SHARES),
            reason=act.actor.reason,
        )
    forget_text(act.nest)


def end_throttle(act: CommandContext) -> None:
    """Raises Refusal `not_found` where it is not slowed, and NoSuchNest."""
    with transaction.atomic():
        record_throttle(act, Action.THROTTLE_ENDED, {})
        if lua.end_throttle(act)[0] == "unchanged":
            raise Refusal("not_found", NOT_SLOWED)
    forget_text(act.nest)


def record_throttle(act: CommandContext, action: Action, details: dict[str, int]) -> None:
    """In the audit, with the operator and their reason."""
    trail.record_event(
        action,
        actor=act.actor.operator,
        credential=act.actor.credential,
        nest_id=act.nest,
        reason=act.actor.reason,
        details=details,
    )


def read_throttles(nests: Iterable[str]) -> dict[str, Throttle]:
    """Those of these nests that are slowed now."""
    asked = list(nests)
    pipe = redis().pipeline(transaction=False)
    for nest in asked:
        pipe.get(NestKeys(nest).throttle)
    kept = dict(zip(asked, pipe.execute(), strict=True))
    if not any(kept.values()):
        return {}
    now = clock.now_ms()
    found = {nest: parse_throttle(text, now) for nest, text in kept.items()}
    return {nest: throttle for nest, throttle in found.items() if throttle}
