"""Listeners who go on while things break; what they said and heard is for the ledger to check.

Each is a real WebSocket that comes back as a page does: with what it has, sending again what was
never answered.
"""

import asyncio
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from andre.core.person_ids import person_id
from tests.support.reducer import Mirror

Event = dict[str, Any]
AWAY = (OSError, WebSocketException, InvalidHandshake, TimeoutError, EOFError)
WANTED_SONGS = 20
SENT_AT_MOST = 2  # As a page: what broke the line twice is not tried a third time.
BACK_SECONDS = (0.1, 0.6)
PATIENCE_SECONDS = (
    15  # The machine may be busy; how late the music was is measured by its own clock.
)


Wish = tuple[str, dict[str, Any]]


@dataclass
class Entry:
    """One command: who asked for what, and what came back."""

    who: str
    verb: str
    fields: dict[str, Any]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    answer: dict[str, Any] | None = None
    epoch: str = ""  # Of the page that was answered.
    sent: int = 0
    asked_at: float = field(default_factory=time.monotonic)
    took: float | None = None

    @property
    def frame(self) -> str:
        return json.dumps({"type": self.verb, "id": self.id, **self.fields})

    @property
    def fate(self) -> str:
        return self.answer["type"] if self.answer else "unknown"


class Person:
    """Somebody signed in over HTTP, as everybody may be on their own machine."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name, self.email = url, name, f"{name.lower()}@andre.test"
        self.http = requests.Session()
        self.http.headers["Origin"] = url
        self.http.get(f"{url}/dev/sign-in", timeout=10)
        token = self.http.cookies["csrftoken"]
        form = {"name": name, "csrfmiddlewaretoken": token}
        self.http.post(f"{url}/dev/sign-in", data=form, timeout=10).raise_for_status()
        self.http.headers["X-CSRFToken"] = self.http.cookies["csrftoken"]

    @property
    def cookie(self) -> str:
        return f"sessionid={self.http.cookies['sessionid']}"

    def reads(self, path: str) -> dict[str, Any]:
        """Tried again for a while: a moment after a fault the answer may be that it cannot be."""
        found: dict[str, Any] = patiently(lambda: self._read(path))
        return found

    def _read(self, path: str) -> dict[str, Any]:
        answer = self.http.get(self.url + path, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def tells(self, verb: str, **fields: Any) -> requests.Response:
        command = {"type": verb, "id": uuid.uuid4().hex, **fields}
        address = f"{self.url}/api/nests/main/commands"
        return self.http.post(address, json=command, timeout=10)


class Listener:
    """One page of one person: what it applied, what it said, what it waits for."""

    def __init__(self, crowd: "Crowd", person: Person, rng: random.Random) -> None:
        self.crowd, self.person, self.rng = crowd, person, rng
        self.mirror: Mirror | None = None
        self.epoch = ""
        self.is_in = False
        self.welcomes = 0
        self.pending: dict[str, Entry] = {}
        self._socket: ClientConnection | None = None
        self._wants_snapshot = False

    async def lives(self) -> None:
        while not self.crowd.is_over:
            try:
                async with connect(
                    self._address(),
                    origin=self.person.url,  # type: ignore[arg-type]
                    additional_headers={"Cookie": self.person.cookie},
                    compression=None,
                    max_size=None,
                    open_timeout=5,
                    close_timeout=1,
                ) as self._socket:
                    await self._listens(self._socket)
            except AWAY:
                pass
            self.is_in = False
            await asyncio.sleep(self.rng.uniform(*BACK_SECONDS))

    def _address(self) -> str:
        address = self.person.url.replace("http", "ws", 1) + "/socket"
        if self.mirror is None or self._wants_snapshot:
            return address
        return f"{address}?since={self.mirror.rev}&epoch={self.epoch}"

    async def _listens(self, socket: ClientConnection) -> None:
        while not self.crowd.is_over:
            try:
                async with asyncio.timeout(0.2):
                    text = await socket.recv()
            except TimeoutError:
                continue
            frame = json.loads(text)
            match frame["type"]:
                case "welcome":
                    await self._is_welcomed(socket, frame)
                case "done" | "refused":
                    if entry := self.pending.pop(frame["id"], None):
                        entry.answer, entry.epoch = frame, self.epoch
                        entry.took = time.monotonic() - entry.asked_at
                case "heartbeat":
                    await self._answers_the_beat(socket, frame)
                case _ if "ts" in frame and frame["type"] != "timeline_beacon":
                    self._applies(frame)

    async def _is_welcomed(self, socket: ClientConnection, welcome: dict[str, Any]) -> None:
        self.welcomes += 1
        self._wants_snapshot = False
        if welcome["snapshot"] is None:
            for event in welcome["events"]:
                self._applies(event)
        else:
            self.mirror = Mirror.of(welcome)
            self.epoch = welcome["epoch"]
            self.crowd.begins(self.epoch, welcome)
        self.is_in = True
        for entry in list(self.pending.values()):
            await self._delivers(socket, entry)

    async def _answers_the_beat(self, socket: ClientConnection, beat: dict[str, Any]) -> None:
        assert self.mirror is not None
        await socket.send(json.dumps({"type": "beat", "rev": self.mirror.rev}))
        if beat["epoch"] != self.epoch or beat["rev"] < self.mirror.rev:
            self._wants_snapshot = True
            await socket.close()

    def _applies(self, event: Event) -> None:
        assert self.mirror is not None
        try:
            self.crowd.hears(self.epoch, event, self.mirror)
            self.mirror.apply(event)
        except AssertionError as fault:
            self.crowd.faults.append(f"{self.person.name}: {fault}")

    async def talks(self) -> None:
        while not self.crowd.is_over:
            await asyncio.sleep(self.rng.uniform(0.15, 0.5))
            if self.crowd.is_talking and self.is_in and self.mirror is not None:
                verb, fields = self.crowd.wish(self)
                await self.says(verb, **fields)

    async def says(self, verb: str, **fields: Any) -> Entry:
        entry = Entry(person_id(self.person.email), verb, fields)
        self.crowd.entries.append(entry)
        self.pending[entry.id] = entry
        if self._socket is not None:
            await self._delivers(self._socket, entry)
        return entry

    async def _delivers(self, socket: ClientConnection, entry: Entry) -> None:
        if entry.sent == SENT_AT_MOST:
            del self.pending[entry.id]
            return
        entry.sent += 1
        try:
            await socket.send(entry.frame)
        except AWAY:
            return


class Crowd:
    """Several listeners at one house, in a thread of their own."""

    def __init__(self, people: list[Person], seed: int) -> None:
        self.rng = random.Random(seed)
        self.people = people
        self.listeners = [Listener(self, each, random.Random(self.rng.random())) for each in people]
        self.entries: list[Entry] = []
        self.faults: list[str] = []
        self.epochs: list[str] = []
        self.first: dict[str, dict[str, Any]] = {}  # epoch -> the first welcome in it
        self.log: dict[str, dict[int, Event]] = {}  # epoch -> revision -> event
        self.late_ms = 0
        self.is_talking = False
        self.is_over = False
        self.uris = library_of(people[0])
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)

    async def _live(self) -> None:
        await asyncio.gather(
            *(each.lives() for each in self.listeners), *(each.talks() for each in self.listeners)
        )

    def comes(self) -> None:
        self._thread.start()
        self.is_back()

    def goes(self) -> None:
        self.is_over = True
        self._thread.join(PATIENCE_SECONDS)

    # What listeners report

    def begins(self, epoch: str, welcome: dict[str, Any]) -> None:
        if epoch not in self.first:
            self.epochs.append(epoch)
            self.first[epoch] = welcome
            self.log[epoch] = {}

    def hears(self, epoch: str, event: Event, mirror: Mirror) -> None:
        """All hear the same; the first to hear of a song's end says how late it came."""
        known = self.log[epoch].setdefault(event["rev"], deepcopy(event))
        if event["type"] == "listeners_changed":
            all_that_was_told(known, event)
        else:
            assert known == event, f"two events are revision {event['rev']}"
        if event["type"] == "song_finished" and event["outcome"] == "played":
            ended = mirror.state["playback"]["ends_at_ms"]
            if event["rev"] == mirror.rev + 1 and ended is not None:
                self.late_ms = max(self.late_ms, event["ts"] - ended)

    # What they do

    def wish(self, listener: Listener) -> Wish:
        """Whatever comes to mind, about the songs there are."""
        assert listener.mirror is not None
        state, rng = listener.mirror.state, listener.rng
        waiting = [row["song_id"] for row in state["queue"]]
        songs = waiting + ([state["song"]["song_id"]] if state["song"] else [])
        add: Wish = ("add_songs", {"uris": rng.sample(self.uris, 2)})
        if len(waiting) < 3:
            return add
        one, word = rng.choice(waiting), uuid.uuid4().hex
        wishes: list[tuple[int, Wish]] = [
            (15, add),
            (30, ("add_comment", {"song_id": rng.choice(songs), "text": word})),
            (20, ("cast_vote", {"song_id": one, "direction": rng.choice([-1, 0, 1])})),
            (20, ("toggle_jam", {"song_id": rng.choice(songs)})),
            (5, ("set_volume", {"volume": rng.randrange(100)})),
            (5, ("remove_song", {"song_id": one})),
            (1, ("skip", {})),
            (5, ("blow_airhorn", {"name": "goose"})),
        ]
        return rng.choices([wish for _, wish in wishes], [weight for weight, _ in wishes])[0]

    def talks(self, seconds: float) -> None:
        self.is_talking = True
        time.sleep(seconds)

    def is_silent(self) -> None:
        """Nobody says anything new, and whatever was asked has been answered or given up."""
        self.is_talking = False
        until(lambda: not any(each.pending for each in self.listeners), soft=True)

    def is_back(self) -> None:
        until(lambda: all(each.is_in for each in self.listeners))

    def hears_new_songs(self, count: int = 1, seconds: float = 2 * PATIENCE_SECONDS) -> None:
        """The music goes on by itself: so many more songs come to their end."""
        before = self.songs_played()
        until(lambda: self.songs_played() >= before + count, seconds)

    def songs_played(self) -> int:
        events = [event for log in self.log.values() for event in list(log.values())]
        return sum(
            event["type"] == "song_finished" and event["outcome"] == "played" for event in events
        )

    @property
    def playback(self) -> dict[str, Any]:
        mirror = self.listeners[0].mirror
        assert mirror is not None
        found: dict[str, Any] = mirror.state["playback"]
        return found


def all_that_was_told(known: Event, event: Event) -> None:
    """Of comings and goings nobody hears their own, so the log has what all of them heard."""
    assert (known["type"], known["count"]) == (event["type"], event["count"])
    for name in ("joined", "left"):
        known[name] += [each for each in event[name] if each not in known[name]]


def library_of(person: Person) -> list[str]:
    """Every song there is, once the music has been read; that goes on while the doors are open."""
    found: set[str] = set()
    end = time.monotonic() + PATIENCE_SECONDS
    while len(found) < WANTED_SONGS:
        assert time.monotonic() < end, "there is too little music"
        for page in (1, 2, 3):
            results = person.reads(f"/api/search?q=Song&page={page}")["results"]
            found |= {track["uri"] for track in results}
    return sorted(found)


@contextmanager
def crowd(*urls: str, size: int = 4, seed: int = 1) -> Iterator[Crowd]:
    """So many people at these servers of one house; the music plays."""
    names = ["Alice", "Bob", "Carol", "Dora", "Emil", "Frida"][:size]
    people = [Person(urls[place % len(urls)], name) for place, name in enumerate(names)]
    found = Crowd(people, seed)
    found.comes()
    try:
        found.is_talking = True
        until(lambda: all(len(each.mirror.state["queue"]) >= 2 for each in found.listeners))
        people[0].tells("play").raise_for_status()
        yield found
    finally:
        found.goes()


def until(
    happened: Callable[[], bool], seconds: float = PATIENCE_SECONDS, soft: bool = False
) -> None:
    """Wait; `soft`: what has not happened by then is accepted."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            assert soft, "it did not happen in time"
            return
        time.sleep(0.02)


def patiently(ask: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """The answer, asked for again while there is none."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except requests.RequestException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
