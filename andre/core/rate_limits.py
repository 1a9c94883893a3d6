"""How often somebody may do something: one table for all of them, counted in Redis."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import structlog
from django.conf import settings
from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
    RateLimitItemPerSecond,
)
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import person_hash
from andre.core.redis_address import make_pool
from andre.protocol.commands import Command

log = structlog.get_logger(__name__)

Limited = Literal[
    "songs",
    "airhorns",
    "comments",
    "jams",
    "queue_changes",
    "control",
    "failures",
    "progress",
    "settings",
    "build",
    "paid_builds",
    "build_from_address",
    "unknown_codes",
    "unknown_codes_from_address",
    "search",
    "shelf",
    "lists",
    "exports",
    "media_tokens",
    "own_player",
    "runs",
    "jobs",
    "unknown_links",
    "guest_arrivals",
    "invitation_rotations",
    "vanity_claims",
    "vanity_claims_of_creator",
    "moderation",
    "devices",
    "favourites",
    "device_links",
    "audited_refusals",
    "playlists",
    "playlist_imports",
    "webhooks",
    "operations",
    "billing",
]

# What each is counted by is said where it is spent: in COMMAND_LIMITS, or by what only reads.
LIMITS: dict[Limited, RateLimitItem] = {
    "songs": RateLimitItemPerHour(50),
    "airhorns": RateLimitItemPerHour(20),
    "comments": RateLimitItemPerHour(30),
    "jams": RateLimitItemPerMinute(60),
    "queue_changes": RateLimitItemPerMinute(60),
    "control": RateLimitItemPerSecond(30, 10),
    "failures": RateLimitItemPerMinute(30),
    "progress": RateLimitItemPerMinute(60),
    "settings": RateLimitItemPerMinute(30),
    "build": RateLimitItemPerHour(3),
    "paid_builds": RateLimitItemPerHour(30),
    "build_from_address": RateLimitItemPerHour(10),
    "unknown_codes": RateLimitItemPerMinute(10),
    "unknown_codes_from_address": RateLimitItemPerMinute(30),
    "search": RateLimitItemPerMinute(120),
    "shelf": RateLimitItemPerMinute(600),  # Pages of a list in memory, as fast as somebody scrolls.
    "lists": RateLimitItemPerMinute(60),
    "exports": RateLimitItemPerMinute(10),
    "media_tokens": RateLimitItemPerMinute(20),
    "own_player": RateLimitItemPerMinute(60),
    "runs": RateLimitItemPerMinute(60),
    "jobs": RateLimitItemPerMinute(60),
    "unknown_links": RateLimitItemPerMinute(10),
    "guest_arrivals": RateLimitItemPerMinute(60),
    "invitation_rotations": RateLimitItemPerHour(5),
    "vanity_claims": RateLimitItemPerDay(3),
    "vanity_claims_of_creator": RateLimitItemPerDay(10),
    "moderation": RateLimitItemPerMinute(20),
    "devices": RateLimitItemPerMinute(120),
    "favourites": RateLimitItemPerMinute(120),
    "device_links": RateLimitItemPerMinute(10),
    "audited_refusals": RateLimitItemPerMinute(60),
    "playlists": RateLimitItemPerMinute(120),
    "playlist_imports": RateLimitItemPerMinute(10),
    "webhooks": RateLimitItemPerMinute(30),
    "operations": RateLimitItemPerMinute(60),
    "billing": RateLimitItemPerMinute(20),
}

SENTENCES: dict[Limited, str] = {
    "songs": "That is a lot of music. Let the others have a turn, too.",
    "airhorns": "Twenty airhorns an hour are enough for anyone.",
    "comments": "You have said a lot this hour.",
    "jams": "So much love at once. Let the song play.",
    "queue_changes": "The queue cannot keep up with you.",
    "control": "The player cannot keep up with you.",
    "progress": "This device says too often how far it has come.",
    "failures": "This device has said often enough what it cannot play.",
    "settings": "The nest cannot change that fast.",
    "build": "You have built enough nests for this hour.",
    "paid_builds": "You have built enough nests for this hour.",
    "build_from_address": "Enough nests have been built from your network this hour.",
    "unknown_codes": "You have tried many codes that are none. Wait a moment, and look it up.",
    "unknown_codes_from_address": "Many codes that are none were tried from your network.",
    "search": "You are searching faster than anyone can listen.",
    "shelf": "You are looking faster than anyone can read.",
    "lists": "You are looking faster than anything changes.",
    "exports": "You have taken enough evenings home for this minute.",
    "own_player": "Your player is asked for too often.",
    "media_tokens": "This device asks for its song too often.",
    "runs": "Bender cannot think that fast.",
    "jobs": "You are asking for more jobs than anybody could do.",
    "unknown_links": "Too many links and codes that lead nowhere were tried from your network.",
    "guest_arrivals": "Many guests are coming in from your network. Please try again in a moment.",
    "invitation_rotations": "This nest has had enough new invitations for this hour.",
    "vanity_claims": "This nest has had enough new addresses for today.",
    "vanity_claims_of_creator": "You have claimed enough addresses for today.",
    "moderation": "That is a lot of decisions about people. Wait a moment before the next.",
    "devices": "Your devices cannot change that fast.",
    "favourites": "Your favourites cannot change that fast.",
    "device_links": "Many codes were asked for from your network. Wait a minute.",
    "audited_refusals": "This was refused often enough to be known.",
    "playlists": "Your playlists cannot change that fast.",
    "playlist_imports": "You have brought in enough playlists for this minute.",
    "webhooks": "This server has been told enough this minute.",
    "operations": "That is a lot of decisions about nests. Wait a moment before the next.",
    "billing": "That is a lot of decisions about your plan. Wait a minute before the next.",
}


@dataclass(frozen=True, slots=True)
class CommandLimit:
    """What one command costs of one limit; whoever has a plan may have another one."""

    limited: Limited
    counted_by: Literal["person", "person in nest", "address"] = "person"
    cost: Callable[[Any], int] = lambda _: 1
    with_plan: Limited | None = None


QUEUE_CHANGES = CommandLimit("queue_changes")
CONTROL = CommandLimit("control", "person in nest")
MODERATION = CommandLimit("moderation")

# Every command has a row; an empty one is bounded by the frames a socket may send, or the requests
# of a key, and by nothing else.
COMMAND_LIMITS: dict[str, tuple[CommandLimit, ...]] = {
    # An album costs more once its songs are known: player/queue/queue.py counts the rest of them.
    "add_songs": (QUEUE_CHANGES, CommandLimit("songs", cost=lambda command: len(command.uris))),
    "approve_song": (QUEUE_CHANGES,),
    "refuse_song": (QUEUE_CHANGES,),
    "remove_song": (QUEUE_CHANGES,),
    "move_song": (QUEUE_CHANGES,),
    "clear_queue": (QUEUE_CHANGES,),
    "undo": (QUEUE_CHANGES,),
    "cast_vote": (QUEUE_CHANGES,),
    "toggle_jam": (CommandLimit("jams"),),
    "add_comment": (CommandLimit("comments"),),
    "blow_airhorn": (CommandLimit("airhorns"),),
    "send_chat_message": (),  # Its script counts, after what is no message at all.
    "play": (CONTROL,),
    "pause": (CONTROL,),
    "toggle": (CONTROL,),
    "seek": (CONTROL,),
    "skip": (CONTROL,),
    "previous": (CONTROL,),
    "set_options": (CONTROL,),
    "set_volume": (CONTROL,),
    "queue_preview": (QUEUE_CHANGES, CommandLimit("songs")),
    "filter_preview": (QUEUE_CHANGES,),
    "set_fallback_songs": (CommandLimit("settings"),),
    "change_nest_settings": (CommandLimit("settings"),),
    "name_dj": (CommandLimit("settings"),),
    "change_preferences": (CommandLimit("settings"),),
    "choose_speaker": (CommandLimit("devices"),),
    "mute_listener": (MODERATION,),
    "unmute_listener": (MODERATION,),
    "kick_listener": (MODERATION,),
    "ban_listener": (MODERATION,),
    "unban_listener": (MODERATION,),
    "approve_listener": (CommandLimit("settings"),),
    "refuse_listener": (CommandLimit("settings"),),
    "create_nest": (
        CommandLimit("build", with_plan="paid_builds"),
        CommandLimit("build_from_address", "address"),
    ),
    "join_nest": (),  # Only codes that lead nowhere are counted, where they are looked up.
    "leave_nest": (),
    "delete_nest": (),
    "probe_clock": (),
    "beat": (),
    "report_sync": (),
    "sync_check": (),
    "report_progress": (CommandLimit("progress"),),
    "report_ended": (CommandLimit("progress"),),
    "report_playback_failure": (CommandLimit("failures"),),
}

# What a role's key may ask for, where the key has no number of its own.
REQUESTS_A_MINUTE = {"viewer": 60, "operator": 120, "researcher": 240, "admin": 600}

SECONDS_BETWEEN_WARNINGS = 60


def consume_command(act: CommandContext, command: Command) -> None:
    """Count a command on every limit of its row; whoever runs the server is not counted.

    Raises Refusal `rate_limited` with `retry_after_s`.
    """
    if act.actor.is_house:
        return
    whose = {
        "person": act.user,
        "person in nest": f"{act.user} {act.nest}",
        "address": act.client_address,
    }
    for limit in COMMAND_LIMITS[command.kind()]:
        limited = limit.with_plan if act.actor.has_plan and limit.with_plan else limit.limited
        consume(limited, whose[limit.counted_by], limit.cost(command))


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
    """Raises Refusal `rate_limited`."""
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
    pool = make_pool(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)
    return FixedWindowRateLimiter(
        ExactStorage("redis://", connection_pool=pool, wrap_exceptions=True)
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
