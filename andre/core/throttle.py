"""A nest that an operator has slowed: how often its people do something there, and until when.

The pipeline asks in its limit step. What people do is counted for the nest as a whole, and for each
of them, so that nobody uses up what everybody has.
"""

from django.core.cache import caches
from limits import RateLimitItemPerMinute

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import NestKeys, person_hash
from andre.core.rate_limits import take
from andre.core.redis import redis
from andre.protocol.commands import Command
from andre.protocol.shapes import Throttle

# Signs of life, what devices report, coming and going, and what calms a nest down are never slowed.
NEVER_SLOWED = frozenset(
    {
        *("probe_clock", "beat", "report_sync", "sync_check"),
        *("report_progress", "report_ended", "report_playback_failure"),
        *("create_nest", "join_nest", "leave_nest", "delete_nest"),
        *("mute_listener", "unmute_listener", "kick_listener", "ban_listener", "unban_listener"),
        *("approve_listener", "refuse_listener", "name_dj", "change_nest_settings"),
        *("change_preferences", "choose_speaker"),
    }
)

REMEMBERED = "throttle:{}"
SECONDS_REMEMBERED = 1  # So that a command asks Redis no more than in a nest that is not slowed.


def parse_throttle(text: str | None, now_ms: int) -> Throttle | None:
    """What a nest's key says; None where it says nothing, or what is over."""
    if not text:
        return None
    found = Throttle.model_validate_json(text)
    return found if found.until_ms > now_ms else None


def consume_turn(act: CommandContext, command: Command) -> None:
    """Count a command where its nest is slowed. Raises Refusal `rate_limited`."""
    if act.actor.is_house or not act.nest or command.kind() in NEVER_SLOWED:
        return
    text = read_text(act.nest)
    throttle = parse_throttle(text, clock.now_ms()) if text else None
    if throttle is None:
        return
    slowed = "An operator has slowed this nest"
    take(
        RateLimitItemPerMinute(throttle.a_minute_each),
        ("throttle", f"{act.nest} {person_hash(act.user)}"),
        f"{slowed}: one person has {throttle.a_minute_each} a minute of this.",
    )
    take(
        RateLimitItemPerMinute(throttle.a_minute),
        ("throttle", act.nest),
        f"{slowed}: everybody together has {throttle.a_minute} a minute of this.",
    )


def read_text(nest: str) -> str:
    """Of the nest's key, as this process has read it last; empty where it is not slowed."""

    def read() -> str:
        return redis().get(NestKeys(nest).throttle) or ""

    return str(caches["process"].get_or_set(REMEMBERED.format(nest), read, SECONDS_REMEMBERED))


def forget_text(nest: str) -> None:
    """For who has just changed it, in this process."""
    caches["process"].delete(REMEMBERED.format(nest))
