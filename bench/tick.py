"""How late songs change with one worker, when many nests play at once."""

import json
import random
import time
from itertools import pairwise
from typing import Any
from uuid import uuid4

from bench.people import ALICE, new_nest, queued
from bench.report import Report
from bench.support import House, Running, house

SHORTEST = 6
# How many nests, and how long their songs are: short ones for the lateness under a load no evening
# has, long ones for what a thousand nests cost.
RUNS = ((200, (SHORTEST, 12)), (1_000, (SHORTEST, 12)), (1_000, (60, 240)))
SECONDS = 45
SECONDS_TO_SETTLE = 5  # A worker that has just begun is not yet at its first task.
SECONDS_A_CHANGE_MAY_TAKE = 2
SONGS = 8
SEED = 7


def main() -> None:
    report = Report("tick")
    with house(NEST_MAX_ACTIVE="0", NEST_MAX_QUEUE_DEPTH="100") as home:
        worker = home.ticks()
        home.beat()
        time.sleep(SECONDS_TO_SETTLE)
        for size, lengths in RUNS:
            measure(home, worker, size, lengths, report)


def measure(
    home: House, worker: Running, size: int, lengths: tuple[int, int], report: Report
) -> None:
    from andre.core import clock

    nests = playing_nests(size, lengths)
    cpu, began = worker.cpu_seconds(), time.monotonic()
    time.sleep(SECONDS)
    share = (worker.cpu_seconds() - cpu) / (time.monotonic() - began)
    until = clock.now_ms() - SECONDS_A_CHANGE_MAY_TAKE * 1000

    late_ms: list[float] = []
    missed = 0
    for nest in nests:
        found, missing = changes(nest, until)
        late_ms += found
        missed += missing
    report.add(
        size,
        late_ms,
        missed,
        worst_ms=max(late_ms),
        changes_per_s=len(late_ms) / SECONDS,
        worker_cpu_share=share,
        longest_song_s=lengths[1],
    )
    silence(nests)


def playing_nests(size: int, lengths: tuple[int, int]) -> list[str]:
    """Nests with one listener each; their songs end at moments of their own."""
    from andre.core.context import Actor, CommandContext
    from nests.membership import members

    rng = random.Random(SEED)
    nests = [new_nest() for _ in range(size)]
    for nest in nests:
        members.enter(CommandContext(nest, Actor(ALICE, "Alice")), uuid4().hex)
        first = rng.uniform(SHORTEST, lengths[1])
        queued(nest, first, *(rng.uniform(*lengths) for _ in range(SONGS - 1)))
    return nests


def changes(nest: str, until_ms: int) -> tuple[list[float], int]:
    """How late each change came, and how many never came."""
    from andre.core.keys import NestKeys
    from andre.core.redis import redis

    entries = redis().xrange(NestKeys(nest).events)
    started = [event for event in map(parsed, entries) if event["type"] == "song_started"]
    late = [after["ts"] - before["playback"]["ends_at_ms"] for before, after in pairwise(started)]
    return late, int(started[-1]["playback"]["ends_at_ms"] < until_ms)


def parsed(entry: tuple[str, dict[str, str]]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(entry[1]["event"])
    return event


def silence(nests: list[str]) -> None:
    from andre.core.keys import NestKeys
    from andre.core.redis import redis
    from player.playback import scheduler

    for nest in nests:
        redis().delete(NestKeys(nest).nest_state)  # What does not live is never ticked again.
        scheduler.unschedule(nest)


if __name__ == "__main__":
    main()
