"""Sessions that end: whoever still listens on one hears of it."""

from hashlib import sha256

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.http import HttpRequest


def group_of(session_key: str) -> str:
    """The channel-layer group of a session's sockets. The key itself never leaves the session."""
    return f"session.{sha256(session_key.encode()).hexdigest()[:32]}"


def tell_session_ended(session_key: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group_of(session_key), {"type": "session.ended"})


def cookie_of(request: HttpRequest) -> str | None:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME)
