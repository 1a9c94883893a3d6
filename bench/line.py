"""A line with a delay: whatever goes through arrives later, in order, each way half of it."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 65_536
SEED = 7
JUST_AFTER = 1e-6  # A loop does not keep the order of what is due at the same moment.


@contextmanager
def delayed(
    port: int, round_trip_ms: float, jitter_ms: float, host: str = "127.0.0.1"
) -> Iterator[int]:
    """The port of a line to `port` whose round trips take `round_trip_ms` ± `jitter_ms`."""
    line = Line(port, round_trip_ms / 2, jitter_ms / 2)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(line.carry, host, 0), loop
        ).result()
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(line.hang_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class Line:
    def __init__(self, port: int, delay_ms: float, jitter_ms: float) -> None:
        self._port = port
        self._delay_ms, self._jitter_ms = delay_ms, jitter_ms
        self._dice = random.Random(SEED)
        self._calls: set[asyncio.Task[None]] = set()

    def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        call = asyncio.get_running_loop().create_task(self._carry(near, back))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def hang_up(self) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, on = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._one_way(near, on), self._one_way(far, back))

    async def _one_way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """A chunk never overtakes the one before, as on a line; many are under way at once."""
        loop = asyncio.get_running_loop()
        arrives = 0.0
        while data := await chunk(source):
            wait_ms = self._delay_ms + self._dice.uniform(-self._jitter_ms, self._jitter_ms)
            arrives = max(arrives + JUST_AFTER, loop.time() + wait_ms / 1000)
            loop.call_at(arrives, deliver, sink, data)
        loop.call_at(max(arrives + JUST_AFTER, loop.time()), sink.close)


def deliver(sink: asyncio.StreamWriter, data: bytes) -> None:
    if not sink.is_closing():
        sink.write(data)


async def chunk(source: asyncio.StreamReader) -> bytes:
    try:
        return await source.read(CHUNK)
    except ConnectionError:
        return b""
