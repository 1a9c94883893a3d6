"""Sessions that end: whoever still listens on one hears of it."""

from importlib import import_module

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from andre.core.keys import session_group


def tell_session_ended(session_key: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(session_group(session_key), {"type": "session.ended"})


def end_session(session_key: str) -> None:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    store.delete()
    tell_session_ended(session_key)


def cookie_of(request: HttpRequest) -> str | None:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME)
