"""How many commands one web process carries out in a second, and what each asks of Redis."""

import asyncio
import json
import time
from collections.abc import Iterator

import uvloop

from bench.clients import Client, opened
from bench.people import new_nest, queued, shelved
from bench.report import Report
from bench.support import House, house, sessions

NESTS = 100
LISTENERS = 2
COMMANDS_EACH = 40  # Below what one person may do in five seconds.
SECONDS_TO_ANSWER = 90
HOUR = 3_600


class Asker:
    """One person who asks the next thing as soon as the last one is answered."""

    def __init__(self, commands: Iterator[bytes]) -> None:
        self.times_ms: list[float] = []
        self.refused: list[bytes] = []
        self.is_done = asyncio.Event()
        self._commands = commands
        self._asked_at = 0.0

    def ask(self, client: Client) -> None:
        command = next(self._commands, None)
        if command is None:
            self.is_done.set()
        else:
            self._asked_at = time.perf_counter()
            client.send(command)

    def hear(self, client: Client, text: bytes) -> None:
        if text.startswith((b'{"type":"done"', b'{"type": "done"')):
            self.times_ms.append((time.perf_counter() - self._asked_at) * 1000)
            self.ask(client)
        elif text.startswith((b'{"type":"refused"', b'{"type": "refused"')):
            self.refused.append(text)
            self.ask(client)


def main() -> None:
    report = Report("commands")
    with house(NEST_MAX_ACTIVE="0", NEST_MAX_QUEUE_DEPTH="1000") as home:
        web = home.web()
        uris = shelved(COMMANDS_EACH * LISTENERS)
        nests = [(nest := new_nest(), queued(nest, HOUR, HOUR)[-1]) for _ in range(NESTS)]
        keys = sessions(NESTS * LISTENERS)
        cpu = web.cpu_seconds()
        askers, seconds, calls = uvloop.run(asked(home, nests, keys, uris))
        answered = [each for asker in askers for each in asker.times_ms]
        report.add(
            len(askers),
            answered,
            len(askers) * COMMANDS_EACH - len(answered),
            commands_per_s=len(answered) / seconds,
            redis_calls_per_command=calls / len(answered),
            web_cpu_ms_per_command=(web.cpu_seconds() - cpu) * 1000 / len(answered),
        )


async def asked(
    home: House, nests: list[tuple[str, int]], keys: list[str], uris: list[str]
) -> tuple[list[Asker], float, int]:
    askers, clients = [], []
    pairs = [keys[at : at + LISTENERS] for at in range(0, len(keys), LISTENERS)]
    for (nest, song_id), pair in zip(nests, pairs, strict=True):
        for number, key in enumerate(pair):
            asker = Asker(commands(song_id, uris[number::LISTENERS]))
            clients += await opened(home.port, f"/socket/{nest}", [key], asker.hear)
            askers.append(asker)
    await asyncio.sleep(1)

    calls, began = redis_calls(), time.perf_counter()
    for asker, client in zip(askers, clients, strict=True):
        asker.ask(client)
    async with asyncio.timeout(SECONDS_TO_ANSWER):
        await asyncio.gather(*(asker.is_done.wait() for asker in askers))
    return askers, time.perf_counter() - began, redis_calls() - calls


def commands(song_id: int, uris: list[str]) -> Iterator[bytes]:
    """Of four, one adds a song, one is a jam, two are votes."""
    for number in range(COMMANDS_EACH):
        match number % 4:
            case 0:
                yield command(number, "add_songs", uris=[uris[number // 4]])
            case 2:
                yield command(number, "toggle_jam", song_id=song_id)
            case _:
                yield command(number, "cast_vote", song_id=song_id, direction=number % 4 - 2)


def command(number: int, verb: str, **fields: object) -> bytes:
    return json.dumps({"type": verb, "id": f"bench-{number}", **fields}).encode()


def redis_calls() -> int:
    """How often Redis was asked something so far; a script is one call, whatever it does inside."""
    from andre.core.redis import redis

    return int(redis().info("stats")["total_reads_processed"])


if __name__ == "__main__":
    main()
