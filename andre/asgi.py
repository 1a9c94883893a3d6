"""Where the web begins: pages and API on one side, sockets on the other."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()  # Sets Django up; what follows imports models.

from andre import snapshot, switchboard  # noqa: E402
from andre.accounts.sockets import SessionSeatMiddleware  # noqa: E402
from nests.consumers import NestConsumer  # noqa: E402

door = NestConsumer.as_asgi(switchboard=switchboard.perform, welcome=snapshot.welcome)
sockets = URLRouter([path("socket", door), path("socket/<str:nest_id>", door)])
application = ProtocolTypeRouter({"http": http, "websocket": SessionSeatMiddleware(sockets)})
