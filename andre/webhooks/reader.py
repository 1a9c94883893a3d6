"""What is new on the streams of nests since it was last told: one read for all of them."""

import json
from collections.abc import Iterator

from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from andre.webhooks.notices import Notice, nest_built, notice_of
from nests.registry import records
from nests.registry.records import Nest

Entries = list[tuple[str, dict[str, str]]]  # (stream id, fields), oldest first

MOST_EVENTS = 100  # Of one nest at a time; whatever is beyond is old news.


def read_new_notices() -> list[Notice]:
    """Of nests that everybody may see. What happened before the first time is nobody's news."""
    nests = [nest for nest in records.read_all() if not nest.setting("is_private")]
    told: dict[str, str] = redis().hgetall(GLOBAL.webhooks_told)
    pipe = redis().pipeline(transaction=False)
    for nest in nests:
        pipe.get(NestKeys(nest.nest_id).rev)
        since = told.get(nest.nest_id)
        pipe.xrange(NestKeys(nest.nest_id).events, min=f"({since or 0}-0", count=MOST_EVENTS)
    found = pipe.execute()
    keep_reached(told, find_reached(nests, found[0::2], found[1::2]))
    return [
        notice
        for nest, entries in zip(nests, found[1::2], strict=True)
        for notice in notices_of(nest, entries, told)
    ]


def find_reached(
    nests: list[Nest], revs: list[str | None], streams: list[Entries]
) -> dict[str, str]:
    """What came in between the two reads has been read, whatever the first of them says."""
    each = zip(nests, revs, streams, strict=True)
    return {nest.nest_id: str(max(int(rev or 0), last_of(read))) for nest, rev, read in each}


def last_of(entries: Entries) -> int:
    return int(entries[-1][0].partition("-")[0]) if entries else 0


def keep_reached(told: dict[str, str], reached: dict[str, str]) -> None:
    pipe = redis().pipeline(transaction=True)
    if gone := told.keys() - reached.keys():
        pipe.hdel(GLOBAL.webhooks_told, *gone)
    pipe.hset(GLOBAL.webhooks_told, mapping=reached)
    pipe.execute()


def notices_of(nest: Nest, entries: Entries, told: dict[str, str]) -> Iterator[Notice]:
    if not told:
        return
    if nest.nest_id not in told:
        yield nest_built(nest)
    for _, fields in entries:
        notice = notice_of(nest, json.loads(fields["event"]))
        if notice is not None:
            yield notice
