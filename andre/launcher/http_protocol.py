"""HTTP as uvicorn speaks it, with an end to requests that are begun and not finished.

uvicorn waits for the rest of a request for ever, and every such wait holds a file. Who has sent
nothing, half a header or half a body has a while to finish; and however many wait at once, it is
the oldest of them that make room, so that a whole request always finds a free file.
"""

import asyncio
from collections import OrderedDict
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 20.0
UNFINISHED_REQUESTS = 500  # Half of the files a process may open where nobody has raised the limit.


class TimedHttpProtocol(HttpToolsProtocol):
    unfinished: ClassVar["OrderedDict[TimedHttpProtocol, asyncio.TimerHandle]"] = OrderedDict()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # It is one of a socket.
        self.begin_request()

    def data_received(self, data: bytes) -> None:
        if self not in self.unfinished:
            self.begin_request()
        super().data_received(data)

    def on_message_complete(self) -> None:
        self.end_request()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self.end_request()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end_request()
        super().connection_lost(exc)

    def begin_request(self) -> None:
        self.unfinished[self] = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
        if len(self.unfinished) > UNFINISHED_REQUESTS:
            oldest, timer = self.unfinished.popitem(last=False)
            timer.cancel()
            oldest.transport.abort()

    def end_request(self) -> None:
        timer = self.unfinished.pop(self, None)
        if timer is not None:
            timer.cancel()
