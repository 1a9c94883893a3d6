"""Many at once: a thousand in one nest, and three hundred who all come back together."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.clients import Client, open_one, opened
from tests.faults.conftest import opened as opened_house
from tests.player.library_shelf import flac
from tests.support.crowd import Person
from tests.support.whole_house import House, within

PEOPLE = 20
VOTES = 10
PATIENCE_SECONDS = 30
WEB = "uvicorn"
TITLES = ("Blue", "Green")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    music = tmp_path_factory.mktemp("masses-music")
    for title in TITLES:
        flac(music / f"{title}.flac", 60, title=title, artist="The Band")
    data_dir = tmp_path_factory.mktemp("masses") / "house"
    # Those of one test may still be leaving when those of the next come.
    roomy = {"USE_BENDER": "false", "ANDRE_CONNECTIONS_PER_PERSON": "100"}
    with opened_house(data_dir, music, **roomy) as made:
        yield made


@pytest.fixture(scope="module")
def keys(house: House) -> list[str]:
    """The sessions of everybody."""
    people = [Person(house.url, f"Guest{number}") for number in range(PEOPLE)]
    return [person.http.cookies["sessionid"] for person in people]


@pytest.fixture(scope="module")
def song_id(house: House) -> int:
    """A song that waits behind the one that plays."""
    alice = Person(house.url, "Alice")
    alice.http.post(f"{house.url}/api/nests/main/join", timeout=10).raise_for_status()
    within(PATIENCE_SECONDS, lambda: len(found(alice)) == len(TITLES))
    answer = asked(alice, "add_songs", uris=found(alice))
    return int(answer["added"][-1])


def test_a_thousand_listeners_hear_every_vote(house, keys, song_id):  # R13
    heard = asyncio.run(votes_heard(house, keys * (1_000 // PEOPLE), song_id))

    assert len(heard) == 1_000
    assert {tuple(revs) for revs in heard} == {tuple(heard[0])}
    assert len(heard[0]) == VOTES


def test_three_hundred_return_and_the_database_is_not_asked(house, keys, song_id):  # R14
    database = house.data_dir / "andre.sqlite3"

    missed = asyncio.run(returned_from_a_restart(house, keys * (300 // PEOPLE), database))

    assert missed == []


async def votes_heard(house: House, keys: list[str], song_id: int) -> list[list[int]]:
    """The revisions of the votes each of them heard."""
    heard: dict[Client, list[int]] = {}

    def hear(client: Client, text: bytes) -> None:
        if text.startswith(b'{"type":"vote_cast"'):
            heard.setdefault(client, []).append(json.loads(text)["rev"])

    clients = await opened(house.port, "/socket", keys, hear)
    for number in range(VOTES):
        direction = 1 - number % 2
        clients[0].send(command("cast_vote", song_id=song_id, direction=direction))
    await until(lambda: [*map(len, heard.values())] == [VOTES] * len(clients))
    leave(clients)
    return list(heard.values())


async def returned_from_a_restart(house: House, keys: list[str], database: Path) -> list[Any]:
    """What came to those who did not get everything since they went."""
    clients = await opened(house.port, "/socket", keys, ignore)
    welcome = json.loads(clients[0].welcome.result())
    path = f"/socket?since={welcome['rev']}&epoch={welcome['epoch']}"
    # Whoever asked it anything would find that it has no tables.
    database.rename(database.with_suffix(".away"))
    try:
        await asyncio.to_thread(house.dies, WEB)
        back = await asyncio.gather(*(comes_back(house, path, key) for key in keys))
    finally:
        database.with_suffix(".away").rename(database)
    leave(back)
    welcomes = [json.loads(client.welcome.result()) for client in back]
    return [each for each in welcomes if not has_everything(each, welcome["rev"])]


async def comes_back(house: House, path: str, key: str) -> Client:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return await open_one(house.port, path, key, ignore)
            except OSError:
                await asyncio.sleep(0.2)


def has_everything(welcome: dict[str, Any], since: int) -> bool:
    if welcome["snapshot"] is not None:
        return True
    revs = [event["rev"] for event in welcome["events"]]
    return revs == list(range(since + 1, welcome["rev"] + 1))


def found(person: Person) -> list[str]:
    """What the scan has come across so far."""
    searches = [person.reads(f"/api/search?q={title}")["results"] for title in TITLES]
    return [results[0]["uri"] for results in searches if results]


def asked(person: Person, verb: str, **fields: Any) -> dict[str, Any]:
    answer = person.http.post(
        f"{person.url}/api/nests/main/commands", json={"type": verb, **fields}, timeout=10
    )
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def command(verb: str, **fields: object) -> bytes:
    return json.dumps({"type": verb, "id": uuid.uuid4().hex, **fields}).encode()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():
            await asyncio.sleep(0.05)


def leave(clients: list[Client]) -> None:
    for client in clients:
        client.leave()


def ignore(_: Client, __: bytes) -> None:
    """What counts is the welcome."""
