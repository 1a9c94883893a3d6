"""Everything at once for a while: 200 listeners in 10 nests give every command there is at random.

`python -m bench.soak 600` goes on for that many seconds. What it looks for is what only time
brings: memory that grows, answers that take longer, lines of error, commands without an answer.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvloop

from bench.clients import Client, opened
from bench.people import new_nest
from bench.report import Report, percentile
from bench.support import House, Running, house, sessions

NESTS, LISTENERS = 10, 20
COMMANDS_PER_SECOND = 40
SECONDS = 600
SONG_SECONDS = (4, 20)
RECORDINGS = 300
SECONDS_TO_ANSWER = 5
WARM_SHARE = 0.25  # Until then caches fill; what grows later grows for ever.
SEED = 7
MIB = 1_024  # KiB

# What an evening says no to; any other refusal is a fault.
FAIR_REFUSALS = {"airhorn_cooldown", "fair_queue", "forbidden", "own_vote", "song_not_queued"}
SLOWER_AT_MOST = 2
SLOWER_BY_MS = 20
GROWTH_MIB = 16

ANSWERS = (b'{"type": "done"', b'{"type": "refused"')

Wish = dict[str, Any]


@dataclass
class Room:
    """One nest, who is in it, the songs that were added last, and what is still unanswered."""

    nest: str
    clients: list[Client] = field(default_factory=list)
    songs: list[int] = field(default_factory=list)
    asked: dict[str, float] = field(default_factory=dict)  # command id -> when
    took: list[tuple[float, float]] = field(default_factory=list)  # when, milliseconds
    refused: Counter[str] = field(default_factory=Counter)
    events: int = 0

    def hear(self, _: Client, text: bytes) -> None:
        if not text.startswith(ANSWERS):
            self.events += 1
            return
        answer = json.loads(text)
        now = time.perf_counter()
        self.took.append((now, (now - self.asked.pop(answer["id"])) * 1000))
        if answer["type"] == "refused":
            self.refused[answer["error"]] += 1
        self.songs = [*self.songs, *answer.get("added", [])][-8:]

    def somebody_asks(self, rng: random.Random, uris: list[str]) -> None:
        wish = draw_wish(rng, self.songs, uris) | {"id": uuid4().hex}
        self.asked[wish["id"]] = time.perf_counter()
        rng.choice(self.clients).send(json.dumps(wish).encode())


def draw_wish(rng: random.Random, songs: list[int], uris: list[str]) -> Wish:
    add: Wish = {"type": "add_songs", "uris": rng.sample(uris, 2)}
    if len(songs) < 4:
        return add
    one, other = rng.sample(songs, 2)
    wishes: list[tuple[int, Wish]] = [
        (12, add),
        (25, {"type": "cast_vote", "song_id": one, "direction": rng.choice([-1, 0, 1])}),
        (15, {"type": "toggle_jam", "song_id": one}),
        (10, {"type": "add_comment", "song_id": one, "text": uuid4().hex}),
        (10, {"type": "send_chat_message", "text": f"{uuid4().hex} 🎺", "song_id": one}),
        (3, {"type": "remove_song", "song_id": one}),
        (3, {"type": "move_song", "song_id": one, "before": other}),
        (5, {"type": "blow_airhorn", "name": "goose"}),
        (5, {"type": "set_volume", "volume": rng.randrange(101)}),
        (3, {"type": "seek", "position_ms": rng.randrange(4_000)}),
        (3, {"type": "skip"}),
        (1, {"type": "previous"}),
        (2, {"type": "pause"}),
        (6, {"type": "play"}),
    ]
    return rng.choices([wish for _, wish in wishes], [weight for weight, _ in wishes])[0]


def main(seconds: float = SECONDS) -> int:
    report = Report("soak")
    wished = {"NEST_MAX_ACTIVE": "0", "NO_REPEAT_MINUTES": "0", "ANDRE_LIMITS_ENABLED": "false"}
    with house(**wished) as home:
        processes = {"web": home.web(), "ticks": home.ticks(), "upkeep": home.upkeep()}
        home.beat()
        found, refused = uvloop.run(measure(home, processes, seconds))
        unfair = {code: count for code, count in refused.items() if code not in FAIR_REFUSALS}
        found |= {"refused": refused.total(), "unfair": sum(unfair.values())}
        found["errors"] = len(lines_of_error(home))
        took = [took for _, took in found.pop("took")]
        report.add(NESTS * LISTENERS, took, found.pop("missed"), **found)
        faults = [*faults_of(found), *lines_of_error(home)[:20]]
        faults += [f"{count} commands were refused with {code}" for code, count in unfair.items()]
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


async def measure(
    home: House, processes: dict[str, Running], seconds: float
) -> tuple[dict[str, Any], Counter[str]]:
    rooms, uris = await open_rooms(home)
    rng = random.Random(SEED)
    began, number, warm = time.perf_counter(), 0, {}
    while (passed := time.perf_counter() - began) < seconds:
        if not warm and passed > seconds * WARM_SHARE:
            warm = memory_of(processes)
        rng.choice(rooms).somebody_asks(rng, uris)
        number += 1
        await asyncio.sleep(max(0, began + number / COMMANDS_PER_SECOND - time.perf_counter()))
    end = memory_of(processes)
    await asyncio.sleep(SECONDS_TO_ANSWER)
    for client in (each for room in rooms for each in room.clients):
        client.leave()

    took = sorted(each for room in rooms for each in room.took)
    third = len(took) // 3
    refused = sum((room.refused for room in rooms), Counter())
    figures = {
        "took": took,
        "missed": sum(len(room.asked) for room in rooms),
        "seconds": seconds,
        "commands": len(took),
        "events": sum(room.events for room in rooms),
        "p99_first_ms": percentile([each for _, each in took[:third]], 99),
        "p99_last_ms": percentile([each for _, each in took[-third:]], 99),
        **{f"{name}_warm_mib": size for name, size in warm.items()},
        **{f"{name}_end_mib": size for name, size in end.items()},
    }
    return figures, refused


def faults_of(found: dict[str, Any]) -> list[str]:
    """What must not be, as sentences."""
    faults = []
    first, last = found["p99_first_ms"], found["p99_last_ms"]
    if last > first * SLOWER_AT_MOST + SLOWER_BY_MS:
        faults.append(f"answers became slower: p99 {first:.1f} ms at first, {last:.1f} ms at last")
    for name in ("web", "ticks", "upkeep"):
        grown = found[f"{name}_end_mib"] - found[f"{name}_warm_mib"]
        if grown > GROWTH_MIB:
            faults.append(f"{name} grew by {grown:.0f} MiB after it was warm")
    return faults


def memory_of(processes: dict[str, Running]) -> dict[str, float]:
    return {name: each.memory_kib() / MIB for name, each in processes.items()}


def lines_of_error(home: House) -> list[str]:
    logs = [path.read_text(encoding="utf-8") for path in sorted(home.data_dir.glob("*.log"))]
    lines = [line for log in logs for line in log.splitlines()]
    return [line for line in lines if '"level": "error"' in line or "Traceback" in line]


async def open_rooms(home: House) -> tuple[list[Room], list[str]]:
    keys = await asyncio.to_thread(sessions, NESTS * LISTENERS)
    uris = await asyncio.to_thread(shelve_songs)
    rooms = []
    for number in range(NESTS):
        room = Room(await asyncio.to_thread(new_nest))
        mine = keys[number * LISTENERS : (number + 1) * LISTENERS]
        room.clients = await opened(home.port, f"/socket/{room.nest}", mine, room.hear)
        rooms.append(room)
    return rooms, uris


def shelve_songs() -> list[str]:
    """Songs so short that many of them end."""
    from tests.support import recordings

    rng = random.Random(SEED)
    rows = [
        recordings.recording(
            f"Song {number}", f"Band {number % 40}", seconds=rng.randint(*SONG_SECONDS)
        )
        for number in range(RECORDINGS)
    ]
    return [row.uri for row in recordings.shelved(*rows)]


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
