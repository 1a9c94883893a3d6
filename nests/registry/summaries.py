"""What a list says of each nest: who listens, what plays, how much waits. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NestSummary:
    """`listeners` counts people, not tabs; None: it could not be counted.

    `image` is the cover of what plays, empty where there is none. A nest is live once somebody
    has listened in it, and one with a DJ while they are here.
    """

    listeners: int | None
    queue_size: int
    now_playing: str | None
    image: str
    is_live: bool


NOTHING_KNOWN = NestSummary(listeners=None, queue_size=0, now_playing=None, image="", is_live=True)


def summaries(nests: Iterable[str]) -> dict[str, NestSummary]:
    """Of each of these nests, in two round trips however many they are."""
    asked = list(nests)
    try:
        return read_summaries(asked)
    except (RedisError, Refusal) as error:
        log.warning("nest_summaries_failed", error=str(error))
        return dict.fromkeys(asked, NOTHING_KNOWN)


def summary(nest: str) -> NestSummary:
    return summaries([nest])[nest]


def read_song(nest: str) -> dict[str, str]:
    """Title and artist of what plays; neither where nothing does, or it cannot be read."""
    keys = NestKeys(nest)
    try:
        song = redis().get(keys.now_playing)
        title, artist = redis().hmget(f"{keys.song_prefix}{song or 0}", "title", "artist")
    except (RedisError, Refusal) as error:
        log.warning("nest_summaries_failed", error=str(error))
        return {}
    return {"title": title, "artist": artist} if title else {}


def read_summaries(asked: list[str]) -> dict[str, NestSummary]:
    keys = [NestKeys(nest) for nest in asked]
    first = redis().pipeline(transaction=False)
    for each in keys:
        first.smembers(each.listeners)
        first.zcard(each.queue)
        first.get(each.now_playing)
        first.hexists(each.nest_state, "listened_in")
        first.hexists(each.nest_state, "dj_left_ms")
        first.exists(each.dj_away_since)
    found = first.execute()
    people, waiting, songs, entered, without_dj, in_grace = (found[part::6] for part in range(6))
    live = [
        bool(there or was) and not gone and not waits
        for there, was, gone, waits in zip(people, entered, without_dj, in_grace, strict=True)
    ]

    second = redis().pipeline(transaction=False)
    for each, there, song in zip(keys, people, songs, strict=True):
        # Whoever has crashed is in the set still, and gives no sign of life.
        alive = [f"{each.member_prefix}{person}" for person in there]
        second.exists(*alive) if alive else second.echo("0")
        second.hmget(f"{each.song_prefix}{song or 0}", "title", "artist", "img")
    found = second.execute()
    counts, titles = found[0::2], found[1::2]
    return {
        nest: NestSummary(int(count), size, now_playing_text(title, artist), image or "", is_live)
        for nest, count, size, (title, artist, image), is_live in zip(
            asked, counts, waiting, titles, live, strict=True
        )
    }


def now_playing_text(title: str | None, artist: str | None) -> str | None:
    return f"{title} · {artist}" if title else None
