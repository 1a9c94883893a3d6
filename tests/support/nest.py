"""A nest at the service level, told in the words of tests. Time is handed in."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.shapes import Track
from andre.web import snapshot
from nests.membership import members
from nests.registry import records, store
from player.playback import playback
from player.queue import queue, votes

BEGIN_MS = 1_700_000_000_000


def track(title: str, seconds: float = 180) -> Track:
    return Track(
        uri=f"library:track:{title}",
        provider="library",
        title=title,
        artist="The Band",
        album="",
        duration_ms=int(seconds * 1000),
        image="",
    )


@dataclass
class Person:
    """Somebody acting in one nest."""

    nest: "NestStory"
    name: str

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"

    @property
    def id(self) -> str:
        return person_id(self.email)

    @property
    def act(self) -> CommandContext:
        """A member, or who built the nest; whether a member still is one, the scripts ask."""
        found = records.read_nest(self.nest.nest_id)
        is_creator = found is not None and found.creator == self.email
        actor = Actor(
            self.email,
            self.name,
            nest_role="creator" if is_creator else "member",
            is_main=self.nest.nest_id == store.MAIN,
        )
        return CommandContext(self.nest.nest_id, actor)

    def with_role(self, role: str) -> CommandContext:
        """The same person with a role in the house."""
        return replace(self.act, actor=replace(self.act.actor, house_role=role))

    def listens(self, connection: str = "tab") -> None:
        with self.nest.now():
            members.enter(self.act, connection)
            members.publish_presence(self.nest.nest_id)

    def leaves(self, connection: str = "tab") -> None:
        with self.nest.now():
            members.leave(self.act, connection)
            members.publish_presence(self.nest.nest_id)

    def adds(self, *titles: str, seconds: float = 180) -> dict[str, Any]:
        with self.nest.now():
            return queue.add_tracks(self.act, [track(title, seconds) for title in titles])

    def votes(self, title: str, direction: int) -> dict[str, Any]:
        with self.nest.now():
            return votes.cast(self.act, self.nest.id_of(title), direction)

    def removes(self, title: str, *, may_remove_all: bool = False) -> dict[str, Any]:
        with self.nest.now():
            return queue.remove(self.act, self.nest.id_of(title), may_remove_all=may_remove_all)

    def undoes(self, token: str) -> dict[str, Any]:
        with self.nest.now():
            return queue.undo(self.act, token)

    def does(self, verb: playback.Verb, position_ms: int | None = None) -> dict[str, Any]:
        with self.nest.now():
            return playback.control(self.act, verb, position_ms)

    def skips(self, song_id: int | None = None) -> dict[str, Any]:
        with self.nest.now():
            return playback.skip(self.act, song_id)

    def returns_to_previous(self, song_id: int | None = None) -> dict[str, Any]:
        with self.nest.now():
            return playback.previous(self.act, song_id)

    def sees(self) -> dict[str, Any]:
        with self.nest.now():
            return json.loads(snapshot.snapshot(self.act))


@dataclass
class NestStory:
    """One nest and the time it is there."""

    nest_id: str
    now_ms: int = BEGIN_MS
    people: dict[str, Person] = field(default_factory=dict)

    def now(self) -> Any:
        return clock.freeze(self.now_ms)

    def passes(self, seconds: float) -> None:
        """Time passes; ticks come at every moment that is due."""
        end = self.now_ms + round(seconds * 1000)
        while (due := self.due_ms()) is not None and due - self.lag_ms() <= end:
            self.now_ms = max(self.now_ms, due - self.lag_ms())
            self.ticks()
        self.now_ms = end

    def clock_goes_back(self, seconds: float) -> None:
        """The clock of the store is set back; beat looks at it as ever."""
        with self.now():
            clock.note_ms()
        self.now_ms -= round(seconds * 1000)
        with self.now():
            clock.note_ms()

    def lag_ms(self) -> int:
        from andre.core.keys import GLOBAL

        return int(redis().hget(GLOBAL.clock, "lag_ms") or 0)

    def ticks(self) -> None:
        with self.now():
            playback.tick(self.nest_id)

    def due_ms(self) -> int | None:
        from andre.core.keys import GLOBAL

        score = redis().zscore(GLOBAL.deadlines, self.nest_id)
        return None if score is None else int(score)

    def events(self, since: int = 0) -> list[dict[str, Any]]:
        keys = CommandContext(self.nest_id).keys
        entries = redis().xrange(keys.events, min=f"{since + 1}-0")
        return [json.loads(fields["event"]) for _, fields in entries]

    def person(self, name: str) -> Person:
        return self.people.setdefault(name, Person(self, name))

    def order(self) -> list[str]:
        return [row["title"] for row in self.somebody.sees()["queue"]]

    def row(self, title: str) -> dict[str, Any]:
        return next(row for row in self.somebody.sees()["queue"] if row["title"] == title)

    def id_of(self, title: str) -> int:
        return int(self.row(title)["song_id"])

    def plays(self) -> str | None:
        song = self.somebody.sees()["song"]
        return song["title"] if song else None

    def row_of_what_plays(self) -> dict[str, Any]:
        return self.somebody.sees()["song"]

    def playback(self) -> dict[str, Any]:
        return self.somebody.sees()["playback"]

    @property
    def somebody(self) -> Person:
        return Person(self, "Nobody")


def main_nest() -> NestStory:
    story = NestStory(store.MAIN)
    with story.now():
        store.ensure_main()
    return story
