"""Where the web begins: pages and API on one side, sockets on the other."""

import asyncio
import os
from contextvars import Context
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

pages = cast("App", get_asgi_application())  # Sets Django up; what follows imports models.

from andre import snapshot, stores, switchboard  # noqa: E402
from andre.accounts.sockets import App, Receive, Scope, Send, SessionSeatMiddleware  # noqa: E402
from nests.consumers import NestConsumer  # noqa: E402

stores.serve_people()


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    """Each request with nothing of another's about it.

    A server begins a request that came close behind another inside the other's task. It would
    take over the context of that one, and with it the thread that is about to end.
    """
    await asyncio.create_task(pages(scope, receive, send), context=Context())


door = NestConsumer.as_asgi(switchboard=switchboard.perform, welcome=snapshot.welcome)
sockets = URLRouter([path("socket", door), path("socket/<str:nest_id>", door)])
application = ProtocolTypeRouter({"http": http, "websocket": SessionSeatMiddleware(sockets)})
