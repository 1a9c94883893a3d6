"""One vote, heard by everyone in a nest; beside it a bare broadcast of the same bytes."""

import asyncio
import gc
import sys
import time

import uvloop

from andre.launcher import valkey_server
from bench.clients import Client, opened
from bench.people import queued
from bench.report import Report
from bench.support import House, Running, house, sessions

SIZES = (100, 500, 1_000)
DELIVERIES = 40_000  # of each side and size: enough for the coarse clock of /proc
FEWEST_ROUNDS = 40
SECONDS_PER_ROUND = 5
PAUSE_SECONDS = 0.02
HOUR = 3_600


class Round:
    """One message on its way to everyone."""

    def __init__(self, listeners: int) -> None:
        self.left = listeners
        self.last = 0.0
        self.is_over = asyncio.Event()

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.last = time.perf_counter()
            self.is_over.set()


class Side:
    """One server with its listeners: ours, or the bare one."""

    def __init__(self, server: Running, marker: bytes) -> None:
        self.server = server
        self.marker = marker
        self.clients: list[Client] = []
        self.times_ms: list[float] = []
        self.missed = 0
        self.cpu_seconds = 0.0
        self.text = b""
        self._round = Round(0)

    def hear(self, _: Client, text: bytes) -> None:
        if text.startswith(self.marker):
            self.text = text
            self._round.count()

    async def say(self, speaker: Client, text: bytes) -> None:
        self._round = now = Round(len(self.clients))
        before = self.server.cpu_seconds()
        began = time.perf_counter()
        speaker.send(text)
        try:
            async with asyncio.timeout(SECONDS_PER_ROUND):
                await now.is_over.wait()
                self.times_ms.append((now.last - began) * 1000)
        except TimeoutError:
            self.missed += now.left
        await asyncio.sleep(PAUSE_SECONDS)  # What the server still has to do belongs to it, too.
        self.cpu_seconds += self.server.cpu_seconds() - before

    def micros_per_delivery(self) -> float:
        return self.cpu_seconds * 1e6 / (len(self.times_ms) * len(self.clients))


def main() -> None:
    with house() as home:
        report = Report("fanout")
        for size in SIZES:
            uvloop.run(measure(home, size, queued_song(), report))


def queued_song() -> int:
    """One nobody has voted on, behind one that plays for an hour."""
    from nests.registry import store

    store.ensure_main()
    return queued("main", HOUR, HOUR)[-1]


async def measure(home: House, size: int, song_id: int, report: Report) -> None:
    keys = await asyncio.to_thread(sessions, size)
    bare_port = valkey_server.free_port()
    bare = Side(home.start("bare", [sys.executable, "-m", "bench.bare", str(bare_port)]), b"{")
    ours = Side(await asyncio.to_thread(home.web), b'{"type":"vote_cast"')
    ours.clients = await opened(home.port, "/socket", keys, ours.hear)
    bare.clients = await opened(bare_port, "/", keys, bare.hear)
    await asyncio.sleep(1)  # Let the arrivals be told.
    gc.collect()
    gc.freeze()

    rounds = max(FEWEST_ROUNDS, DELIVERIES // size)
    for number in range(-3, rounds):
        if number == 0:
            forget_the_warming_up(ours, bare)
        voter = ours.clients[number % size]
        await ours.say(voter, vote(song_id, 1 if (number // size) % 2 == 0 else -1))
        await bare.say(bare.clients[number % size], ours.text)

    report.add(
        size,
        ours.times_ms,
        ours.missed,
        ratio=middle(ours.times_ms) / middle(bare.times_ms),
        cpu_us_per_delivery=ours.micros_per_delivery(),
        bare_p50_ms=middle(bare.times_ms),
        bare_cpu_us_per_delivery=bare.micros_per_delivery(),
    )
    for client in (*ours.clients, *bare.clients):
        client.leave()
    await asyncio.to_thread(ours.server.end)
    await asyncio.to_thread(bare.server.end)


def vote(song_id: int, direction: int) -> bytes:
    return b'{"type":"cast_vote","song_id":%d,"direction":%d}' % (song_id, direction)


def forget_the_warming_up(*sides: Side) -> None:
    for side in sides:
        side.times_ms, side.missed, side.cpu_seconds = [], 0, 0.0


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    main()
