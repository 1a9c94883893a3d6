"""At home: whoever comes from elsewhere than this machine's own networks is refused at once."""

from andre.core.asgi_types import App, Receive, Scope, Send
from andre.core.conf import conf
from andre.core.local_network import is_near

SENTENCE = b"This Andre is for the network it stands in, and you are not in it."


class NearPeers:
    """Goes by the socket's own peer: what a header says of an address is anybody's invention."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer, _ = scope.get("client") or ("", 0)
        if is_near(peer, conf().andre_home_networks):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})  # Before accepting: a 403.
        else:
            await refuse(send)


async def refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCE})
