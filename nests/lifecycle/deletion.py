"""How nests end: by their creator, or because nobody needs them any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.failure_log import log_failure
from andre.core.keys import NestKeys, nest_group
from andre.core.redis import redis
from andre.telemetry import metrics
from nests.lifecycle import key_cleanup
from nests.models import NestTombstone
from nests.registry import records, states, store
from nests.registry.records import Nest
from nests.scripts import lua
from nests.signals import nest_ending

log = structlog.get_logger(__name__)

IDLE = "idle"  # The reason on the tombstone of a nest that ended because nobody was in it.
DJ_STAYED_AWAY = "its DJ did not come back"

# Between being registered and being opened a nest has no life either.
BUILT_WITHIN = timedelta(minutes=1)


def delete(nest: Nest, reason: str) -> bool:
    """End this nest and take every key of it away; False if somebody else just has.

    Raises Refusal `forbidden`.
    """
    if nest.is_main:
        raise Refusal("forbidden", "The Main Nest stays.")
    begin_delete(nest, only_if_idle=False)
    is_ours = end_nest(nest, reason)
    key_cleanup.unlink(nest.nest_id)
    return is_ours


def clean_up() -> int:
    """End every nest that nobody needs any more; how many.

    However many they are, their keys go in one pass over the key space.
    """
    nests = [nest for nest in records.read_all() if not nest.is_main]
    ending = begin_each(nests)
    lost = lifeless(nest for nest in nests if nest not in ending)
    ended = end_each(ending, IDLE) + end_each(lost, "its keys were lost")
    if ended or key_cleanup.is_repair_due():
        key_cleanup.unlink_and_repair({nest.nest_id for nest in ended})
    return len(ended)


def begin_each(nests: Iterable[Nest]) -> list[Nest]:
    """Those of them that are idle, or were not ended wholly, and whose deletion has begun."""
    begun = []
    for nest in nests:
        with log_failure("nest_not_looked_at", nest=nest.nest_id):
            if begin_delete(nest, only_if_idle=nest.is_active):
                begun.append(nest)
    return begun


def end_each(nests: Iterable[Nest], reason: str) -> list[Nest]:
    """Those of them that have ended. One that fails is logged, and found again as lifeless."""
    ended = []
    for nest in nests:
        with log_failure("nest_not_ended", nest=nest.nest_id):
            if end_nest(nest, reason):
                ended.append(nest)
    return ended


def lifeless(nests: Iterable[Nest]) -> list[Nest]:
    """Those whose deletion was begun and never finished, or whose keys are gone."""
    built_before = datetime.fromisoformat(records.now()) - BUILT_WITHIN
    asked = [nest for nest in nests if datetime.fromisoformat(nest.created_at) < built_before]
    pipe = redis().pipeline(transaction=False)
    for nest in asked:
        pipe.exists(NestKeys(nest.nest_id).nest_state, NestKeys(nest.nest_id).deleting)
    return [nest for nest, there in zip(asked, pipe.execute(), strict=True) if not there]


def begin_delete(nest: Nest, *, only_if_idle: bool) -> bool:
    """Decided and, if so, begun in one step: who arrives in between keeps the nest."""
    reply = lua.begin_delete(
        CommandContext(nest.nest_id),
        only_if_idle=only_if_idle,
        ttl_ms=nest.ttl_minutes * 60_000,
        abandoned_ms=conf().nest_abandoned_hours * 3_600_000,
    )
    return bool(reply == ["deleting"])


def end_nest(nest: Nest, reason: str) -> bool:
    """Everything but its keys: history, tombstone, registry, connections; False if it was gone."""
    state = states.end(nest.nest_id)
    if state == states.EXPIRED:
        reason = DJ_STAYED_AWAY
    nest_ending.send(sender=None, nest=nest.nest_id)
    NestTombstone.objects.get_or_create(
        code=nest.code, defaults={"name": nest.name, "state": state, "reason": reason}
    )
    latest = records.read_nest(nest.nest_id) or nest  # Its addresses may have changed just now.
    reply = lua.unregister(records.names_of(latest), nest=nest.nest_id)
    if reply == ["missing"]:
        return False
    by_itself = reason in (IDLE, DJ_STAYED_AWAY)
    tell_connections(nest.nest_id, "nest.expired" if by_itself else "nest.deleted")
    metrics.nests_deleted.labels("expired" if by_itself else "deleted").inc()
    log.info("nest_deleted", nest=nest.nest_id, reason=reason)
    return True


def tell_connections(nest: str, what: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(nest_group(nest), {"type": what})


def has_expired(code: str) -> bool:
    """Whether it came to its end by itself, the last of which is that nobody was in it."""
    found = store.tombstone_of(code)
    return found is not None and (found.state == "EXPIRED" or found.reason == IDLE)
