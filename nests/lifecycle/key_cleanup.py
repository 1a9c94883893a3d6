"""The keys of nests that are no more, taken away in one pass over the key space."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import structlog
from redis.client import NEVER_DECODE

from andre.core.context import CommandContext
from andre.core.keys import EVERY_NEST_KEY, GLOBAL, MAIN, NEST_ID, NestKeys, every_key_of, nest_of
from andre.core.redis import redis
from nests.registry import records
from nests.scripts import lua

log = structlog.get_logger(__name__)

KEYS_AT_ONCE = 1000
REPAIR_SECONDS = 600  # A pass costs 0.2 s per 100,000 keys, so it is not made every minute.


def unlink(nest: str) -> None:
    """Every key of this nest goes."""
    for page in pages(every_key_of(nest)):
        redis().unlink(*page)


def count(nest: str) -> int:
    """How many keys this nest has. Walks the whole key space: for an operator's eyes only."""
    return sum(map(len, pages(every_key_of(nest))))


def unlink_and_repair(nests: set[str]) -> None:
    """Every key of these nests goes, and of any that no registry knows."""
    gone, found_orphans = set(nests), set[str]()
    for page in pages(EVERY_NEST_KEY):
        keys_of: defaultdict[str, list[bytes]] = defaultdict(list)
        for key in page:
            if nest := nest_of(key.decode(errors="replace")):
                keys_of[nest].append(key)
        new_orphans = orphans(keys_of.keys() - gone)
        found_orphans |= new_orphans
        gone |= new_orphans
        pipe = redis().pipeline(transaction=False)
        for nest in keys_of.keys() & gone:
            pipe.unlink(*keys_of[nest])  # One nest at a time: in a cluster its keys share a slot.
        pipe.execute()
    for nest in found_orphans:
        redis().unlink(NestKeys(nest).deleting)


def pages(pattern: str) -> Iterator[list[bytes]]:
    """Names as bytes: one that is no text must not end the pass over all the others."""
    keys = redis().scan_iter(match=pattern, count=KEYS_AT_ONCE, **{NEVER_DECODE: True})
    while page := list(islice(keys, KEYS_AT_ONCE)):
        yield page


def is_repair_due() -> bool:
    return bool(redis().set(GLOBAL.repair_done, "1", nx=True, ex=REPAIR_SECONDS))


def orphans(nests: Iterable[str]) -> set[str]:
    """Nests with keys and no entry. Asked after their keys were seen: an entry is made first."""
    asked = [nest for nest in nests if nest != MAIN and NEST_ID.fullmatch(nest)]
    found = {nest for nest, is_there in records.are_registered(asked).items() if not is_there}
    for nest in found:
        lua.begin_delete(CommandContext(nest), only_if_idle=False, ttl_ms=0, abandoned_ms=0)
        log.warning("orphaned_keys_removed", nest=nest)
    return found
