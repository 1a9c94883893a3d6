"""What whoever looks after a nest is told of its door, while they are connected."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.keys import NestKeys, creators_group
from andre.core.redis import redis

PENDING = '"state":"pending"'


def tell_waiting(nest: str, person: dict[str, Any] | None = None) -> None:
    """So many wait; `person` has just begun to."""
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "listeners.waiting", "count": count_waiting(nest), "person": person}
        async_to_sync(layer.group_send)(creators_group(nest), message)


def count_waiting(nest: str) -> int:
    return sum(PENDING in kept for kept in redis().hvals(NestKeys(nest).door_pending))
