"""A hundred nests with ten listeners each, all of them busy: how long until everyone has heard."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

import uvloop

from andre.core.person_ids import person_id
from bench.clients import Client, opened
from bench.people import new_nest, queued
from bench.report import Report
from bench.support import House, house, listener, sessions

NESTS, LISTENERS = 100, 10
COMMANDS_PER_SECOND = 100
SECONDS = 30
SECONDS_TO_HEAR = 3
HOUR = 3_600
SEED = 7


@dataclass
class Room:
    """One nest, its listeners, and the votes still on their way to them."""

    nest: str
    song_id: int
    people: list[str]  # ids
    clients: list[Client] = field(default_factory=list)
    votes: dict[str, int] = field(default_factory=dict)
    said_at: dict[tuple[str, int], float] = field(default_factory=dict)
    times_ms: list[float] = field(default_factory=list)
    strangers: int = 0

    def hear(self, _: Client, text: bytes) -> None:
        if not text.startswith(b'{"type":"vote_cast"'):
            return
        event = json.loads(text)
        if event["user"] not in self.people:
            self.strangers += 1
            return
        began = self.said_at[event["user"], event["direction"]]
        self.times_ms.append((time.perf_counter() - began) * 1000)

    def somebody_votes(self, rng: random.Random) -> None:
        number = rng.randrange(len(self.clients))
        person, client = self.people[number], self.clients[number]
        self.votes[person] = direction = -self.votes.get(person, -1)
        self.said_at[person, direction] = time.perf_counter()
        client.send(b'{"type":"cast_vote","song_id":%d,"direction":%d}' % (self.song_id, direction))


def main() -> None:
    report = Report("nests")
    with house(NEST_MAX_ACTIVE="0") as home:
        home.web()
        uvloop.run(measure(home, report))


async def measure(home: House, report: Report) -> None:
    rooms = await furnished(home)
    rng = random.Random(SEED)
    commands = COMMANDS_PER_SECOND * SECONDS
    began = time.perf_counter()
    for number in range(commands):
        await asyncio.sleep(max(0, began + number / COMMANDS_PER_SECOND - time.perf_counter()))
        rng.choice(rooms).somebody_votes(rng)
    await asyncio.sleep(SECONDS_TO_HEAR)

    times_ms = [each for room in rooms for each in room.times_ms]
    report.add(
        NESTS,
        times_ms,
        commands * LISTENERS - len(times_ms),
        strangers=sum(room.strangers for room in rooms),
        commands_per_s=COMMANDS_PER_SECOND,
    )


async def furnished(home: House) -> list[Room]:
    keys = await asyncio.to_thread(sessions, NESTS * LISTENERS)
    rooms = []
    for number in range(NESTS):
        nest = await asyncio.to_thread(new_nest)
        song_id = (await asyncio.to_thread(queued, nest, HOUR, HOUR))[-1]
        mine = slice(number * LISTENERS, (number + 1) * LISTENERS)
        room = Room(
            nest, song_id, [person_id(listener(each)) for each in range(mine.start, mine.stop)]
        )
        room.clients = await opened(home.port, f"/socket/{nest}", keys[mine], room.hear)
        rooms.append(room)
    await asyncio.sleep(1)
    return rooms


if __name__ == "__main__":
    main()
