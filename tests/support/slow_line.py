"""A line to a server that is far away and narrow, made without help of the kernel: all connections
share its width, every byte arrives half a round trip later, and a connection takes one to open.
"""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 1_400  # About a packet: small answers are not held up behind large ones.


@dataclass
class SlowLine:
    to_port: int
    round_trip_ms: float = 0
    kbits: float | None = None  # towards the browser; None: as wide as can be
    port: int = 0
    brought: int = 0  # bytes, towards the browser
    _free_at: float = 0
    _calls: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def carry(self, near: StreamReader, back: StreamWriter) -> None:
        call = asyncio.get_running_loop().create_task(self._carry(near, back))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _carry(self, near: StreamReader, back: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(self.round_trip_ms / 1_000)
            far, on = await asyncio.open_connection("127.0.0.1", self.to_port)
            await asyncio.gather(self._one_way(near, on), self._one_way(far, back, is_narrow=True))

    async def _one_way(
        self, source: StreamReader, sink: StreamWriter, *, is_narrow: bool = False
    ) -> None:
        loop = asyncio.get_running_loop()
        while data := await source.read(CHUNK if is_narrow else 65_536):
            if is_narrow:
                self.brought += len(data)
                await self._pass_narrow(len(data))
            loop.call_later(self.round_trip_ms / 2_000, write, sink, data)
        loop.call_later(self.round_trip_ms / 2_000, sink.close)

    async def _pass_narrow(self, size: int) -> None:
        if self.kbits is None:
            return
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size * 8 / self.kbits / 1_000
        await asyncio.sleep(self._free_at - now)

    async def hang_up(self) -> None:
        for call in list(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)


def write(sink: StreamWriter, data: bytes) -> None:
    if not sink.is_closing():
        sink.write(data)


@contextmanager
def slow_line(to_port: int, **how: float) -> Iterator[SlowLine]:
    line = SlowLine(to_port, **how)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(line.carry, "127.0.0.1", 0), loop
        ).result()
        line.port = server.sockets[0].getsockname()[1]
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(line.hang_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
