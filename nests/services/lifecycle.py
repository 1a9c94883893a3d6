"""How nests end: by their creator, or by being idle."""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre import clock
from andre.act import Act
from andre.conf import conf
from andre.errors import NoSuchNest, Refusal
from andre.keys import every_key_of, nest_group
from andre.redis import redis
from nests.lua import lua
from nests.models import NestTombstone
from nests.services import rooms
from nests.services.rooms import Nest, RegistryNames
from nests.signals import nest_ending

log = structlog.get_logger(__name__)
KEYS_PER_UNLINK = 500


def delete_nest(act: Act) -> None:
    """The creator ends the nest. Raises NoSuchNest or Refusal."""
    nest = rooms.get_nest(act.nest)
    if nest.is_main:
        raise Refusal("forbidden", "The Main Nest stays.")
    if nest.creator != act.user:
        raise Refusal("forbidden", "Only who built this nest may delete it.")
    end(nest, "DELETED", "deleted by its creator")


def clean_up() -> int:
    """End every nest that nobody needs any more; how many."""
    idle = [nest for nest in rooms.list_nests() if not nest.is_main and is_idle(nest)]
    for nest in idle:
        end(nest, "DELETED", "idle", begun=True)
    return len(idle)


def is_idle(nest: Nest) -> bool:
    """Decided and, if so, begun in one step: who arrives in between keeps the nest."""
    return begin_delete(nest, only_if_idle=True)


def end(nest: Nest, state: str, reason: str, *, begun: bool = False) -> None:
    if not begun:
        begin_delete(nest, only_if_idle=False)
    nest_ending.send(sender=None, nest=nest.nest_id)
    NestTombstone.objects.get_or_create(
        code=nest.code, defaults={"name": nest.name, "state": state, "reason": reason}
    )
    reply = lua.unregister(RegistryNames(nest.nest_id, nest.slug or ""), nest=nest.nest_id)
    if reply == ["missing"]:
        raise NoSuchNest
    tell_connections(nest.nest_id)
    unlink_everything(nest.nest_id)
    log.info("nest_deleted", nest=nest.nest_id, reason=reason)


def begin_delete(nest: Nest, *, only_if_idle: bool) -> bool:
    reply = lua.begin_delete(
        Act(nest.nest_id),
        only_if_idle=only_if_idle,
        ttl_ms=nest.ttl_minutes * 60_000,
        abandoned_ms=conf().nest_abandoned_hours * 3_600_000,
        handed_now=clock.handed(),
    )
    return bool(reply == ["deleting"])


def tell_connections(nest: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(nest_group(nest), {"type": "nest.deleted"})


def unlink_everything(nest: str) -> None:
    found: list[str] = []
    for key in redis().scan_iter(match=every_key_of(nest), count=1000):
        found.append(key)
        if len(found) == KEYS_PER_UNLINK:
            redis().unlink(*found)
            found = []
    if found:
        redis().unlink(*found)


def has_expired(code: str) -> bool:
    return NestTombstone.objects.filter(code=code.upper(), state="EXPIRED").exists()
