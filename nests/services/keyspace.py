"""The keys of nests that are no more, taken away in one pass over the key space."""

from collections import defaultdict
from collections.abc import Iterable

import structlog

from andre.act import Act
from andre.keys import EVERY_NEST_KEY, GLOBAL, MAIN, NEST_ID, every_key_of, nest_of
from andre.redis import redis
from nests.lua import lua
from nests.services import registry

log = structlog.get_logger(__name__)

KEYS_AT_ONCE = 1000
REPAIR_SECONDS = 600  # A pass costs 0.2 s per 100,000 keys, so it is not made every minute.


def unlink(nests: set[str], *, and_orphans: bool = False) -> None:
    """Every key of these nests goes; with `and_orphans` also of those no registry knows."""
    pattern = EVERY_NEST_KEY if and_orphans or len(nests) != 1 else every_key_of(min(nests))
    page: list[str] = []
    for key in redis().scan_iter(match=pattern, count=KEYS_AT_ONCE):
        page.append(key)
        if len(page) >= KEYS_AT_ONCE:
            unlink_page(page, nests, and_orphans=and_orphans)
            page = []
    unlink_page(page, nests, and_orphans=and_orphans)


def is_repair_due() -> bool:
    return bool(redis().set(GLOBAL.repaired, "1", nx=True, ex=REPAIR_SECONDS))


def unlink_page(page: list[str], nests: set[str], *, and_orphans: bool) -> None:
    keys_of: defaultdict[str, list[str]] = defaultdict(list)
    for key in page:
        if nest := nest_of(key):
            keys_of[nest].append(key)
    gone = keys_of.keys() & nests
    if and_orphans:
        gone |= orphans(keys_of.keys() - nests)
    pipe = redis().pipeline(transaction=False)
    for nest in gone:
        pipe.unlink(*keys_of[nest])  # One nest at a time: in a cluster its keys share a slot.
    pipe.execute()


def orphans(nests: Iterable[str]) -> set[str]:
    """Nests with keys and no entry. Asked after their keys were seen: an entry is made first."""
    asked = [nest for nest in nests if nest != MAIN and NEST_ID.fullmatch(nest)]
    found = {nest for nest, is_there in registry.are_registered(asked).items() if not is_there}
    for nest in found:
        lua.begin_delete(Act(nest), only_if_idle=False, ttl_ms=0, abandoned_ms=0, handed_now=None)
        log.warning("orphaned_keys_removed", nest=nest)
    return found
