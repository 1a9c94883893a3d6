"""What whoever looks after a nest is told of its guests, while they are connected."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.keys import creators_group


def tell_waiting(nest_id: str, count: int) -> None:
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "guests.waiting", "count": count}
        async_to_sync(layer.group_send)(creators_group(nest_id), message)
