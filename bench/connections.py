"""What an idle listener costs in memory, and what is left of it when everyone has gone."""

import asyncio

import uvloop

from bench.clients import Client, opened
from bench.report import Report
from bench.support import House, Running, house, sessions

WARMING_UP = 100  # The first ones bring what every later one shares.
SIZES = (500, 1_000, 2_000)
SETTLE_SECONDS = 5


def main() -> None:
    report = Report("connections")
    with house() as home:
        uvloop.run(measure(home, report))


async def measure(home: House, report: Report) -> None:
    web = await asyncio.to_thread(home.web)
    keys = await asyncio.to_thread(sessions, max(SIZES))
    leave(await opened(home.port, "/socket", keys[:WARMING_UP], ignore))
    await asyncio.sleep(SETTLE_SECONDS)

    before = web.memory_kib()
    clients: list[Client] = []
    for size in SIZES:
        began = asyncio.get_running_loop().time()
        clients += await opened(home.port, "/socket", keys[len(clients) : size], ignore)
        opening_ms = (asyncio.get_running_loop().time() - began) * 1000
        await asyncio.sleep(SETTLE_SECONDS)
        report.add(
            size,
            [opening_ms],
            sum(client.close_code is not None for client in clients),
            kib_per_socket=(web.memory_kib() - before) / size,
        )
    most = web.memory_kib()
    left = await all_gone(web, before, clients)
    # Python keeps freed memory for itself; whether it is used again shows when all are back.
    clients = await opened(home.port, "/socket", keys, ignore)
    await asyncio.sleep(SETTLE_SECONDS)
    grown_share = (web.memory_kib() - most) / (most - before)
    report.add(0, [0], 0, **left, grown_share=grown_share)


async def all_gone(web: Running, before: int, clients: list[Client]) -> dict[str, float]:
    most = web.memory_kib()
    leave(clients)
    await asyncio.sleep(SETTLE_SECONDS)
    left = web.memory_kib() - before
    return {"left_kib": left, "left_share": left / (most - before)}


def leave(clients: list[Client]) -> None:
    for client in clients:
        client.leave()


def ignore(_: Client, __: bytes) -> None:
    """An idle listener has nothing to do with what it hears."""


if __name__ == "__main__":
    main()
