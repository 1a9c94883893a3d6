"""Everybody comes back at once: the web process is ended and started again under 300 listeners."""

import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.clients import Client, open_one, opened
from bench.people import queued
from bench.report import Report
from bench.support import House, house, sessions

LISTENERS = 300
SONGS = 25
HOUR = 3_600
# What the page does: with full jitter, at most as long as the line has been gone.
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
SECONDS_TO_RETURN = 30
SEED = 7


def main() -> None:
    report = Report("storm")
    with house(NEST_MAX_QUEUE_DEPTH="100") as home:
        uvloop.run(measure(home, report))


async def measure(home: House, report: Report) -> None:
    web = await asyncio.to_thread(home.web)
    keys = await asyncio.to_thread(sessions, LISTENERS)
    await opened(home.port, "/socket", keys, ignore)
    await asyncio.to_thread(queued, "main", *[HOUR] * SONGS)
    await asyncio.sleep(1)

    since, epoch = await asyncio.to_thread(state)
    await asyncio.to_thread(web.end)
    await asyncio.to_thread(queued, "main", HOUR)  # Something to have missed.
    starting = asyncio.create_task(asyncio.to_thread(home.web))
    rng = random.Random(SEED)
    path = f"/socket?since={since}&epoch={epoch}"
    async with asyncio.timeout(SECONDS_TO_RETURN):
        returns = await asyncio.gather(*(returned(home, path, key, rng) for key in keys))
    await starting

    moments = [each.at for each in returns]
    report.add(
        LISTENERS,
        [each.wait_ms for each in returns],
        sum(not each.missed_nothing(since) for each in returns),
        all_back_s=max(moments) - min(moments),
    )


def state() -> tuple[int, str]:
    from andre.core.keys import NestKeys
    from andre.core.redis import redis

    keys = NestKeys("main")
    return int(redis().get(keys.rev)), str(redis().get(keys.epoch))


@dataclass(frozen=True)
class Return:
    at: float
    wait_ms: float
    welcome: dict[str, Any]

    def missed_nothing(self, since: int) -> bool:
        if self.welcome["snapshot"] is not None:
            return True
        revs = [event["rev"] for event in self.welcome["events"]]
        return revs == list(range(since + 1, self.welcome["rev"] + 1))


async def returned(home: House, path: str, key: str, rng: random.Random) -> Return:
    """Try as the page does until welcome."""
    gone_since = time.perf_counter()
    while True:
        gone_for = time.perf_counter() - gone_since
        await asyncio.sleep(rng.uniform(0, min(LONGEST_WAIT, max(FIRST_WAIT, gone_for))))
        asked = time.perf_counter()
        try:
            client = await open_one(home.port, path, key, ignore)
        except OSError:
            continue
        now = time.perf_counter()
        return Return(now, (now - asked) * 1000, json.loads(client.welcome.result()))


def ignore(_: Client, __: bytes) -> None:
    """What is measured is the welcome."""


if __name__ == "__main__":
    main()
