"""Where the web begins: pages and API on one side, sockets on the other."""

import asyncio
import os
from contextvars import Context
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

import structlog
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

pages = cast("App", get_asgi_application())  # Sets Django up; what follows imports models.

from andre import __version__  # noqa: E402
from andre.accounts.auth_proxy import AuthProxyHeaders  # noqa: E402
from andre.accounts.websocket_auth import WebSocketAuthMiddleware  # noqa: E402
from andre.core import stores  # noqa: E402
from andre.core.asgi_types import App, Receive, Scope, Send  # noqa: E402
from andre.core.conf import conf  # noqa: E402
from andre.web import dispatch, request_encoding, snapshot  # noqa: E402
from andre.web.peers import NearPeers  # noqa: E402
from nests.realtime.consumer import NO_SUCH_NEST, NestConsumer  # noqa: E402

stores.serve_people()
structlog.get_logger(__name__).info("process_started", version=__version__)


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    """Each request with nothing of another's about it.

    A server begins a request that came close behind another inside the other's task. It would
    take over the context of that one, and with it the thread that is about to end.
    """
    if not request_encoding.names_only_ours(scope["headers"]):
        await request_encoding.refuse(send)
        return
    await asyncio.create_task(pages(scope, receive, send), context=Context())


async def no_such_socket(_: Scope, receive: Receive, send: Send) -> None:
    """Accepted before it is refused, as in a nest: a browser sees the code only then."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NO_SUCH_NEST})


door = NestConsumer.as_asgi(switchboard=dispatch.dispatch_command, welcome=snapshot.welcome)
sockets = URLRouter(
    [
        path("socket", door),
        path("socket/<str:nest_id>", door),
        re_path("", cast("Any", no_such_socket)),
    ]
)
everything = ProtocolTypeRouter({"http": http, "websocket": WebSocketAuthMiddleware(sockets)})
named = AuthProxyHeaders(cast("App", everything))
application = NearPeers(named) if conf().is_home else named
