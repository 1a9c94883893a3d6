"""Random evenings: after every step the scripts and a small model in Python agree (F2)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.redis import redis
from tests.support.fair_queue import Turn, chain_tags, order_of, virtual_time
from tests.support.nest import main_nest
from tests.support.reducer import Mirror, comparable

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]

PEOPLE = ("Alice", "Bob", "Carol")


@dataclass
class Song:
    song_id: int
    title: str
    user: str
    seconds: float
    floor: float
    tag: float = 0.0
    votes: dict[str, int] = field(default_factory=dict)

    @property
    def order(self) -> float:
        net = sum(self.votes.values())
        return order_of(self.tag, net, worth=conf().vote_worth, cap=conf().vote_cap)


@dataclass
class Model:
    """What a nest is, as simply as it can be said."""

    queue: list[Song] = field(default_factory=list)
    playing: Song | None = None
    locked: Song | None = None
    is_playing: bool = False
    position: float = 0.0
    heard: float = 0.0
    version: int = 0
    virtual: float = 0.0
    finish: dict[str, float] = field(default_factory=dict)
    last_id: int = 0

    def add(self, user: str, title: str, seconds: float) -> None:
        self.last_id += 1
        self.queue.append(Song(self.last_id, title, user, seconds, self.virtual))
        self.chain(user)
        if self.playing is None:
            self.start(self.head())

    def chain(self, user: str) -> None:
        mine = [song for song in self.queue if song.user == user]
        turns = [Turn(s.song_id, s.user, s.seconds, s.floor) for s in mine]
        tags = chain_tags(turns, self.finish.get(user, 0.0))
        for song in mine:
            song.tag = tags[song.song_id]

    def in_order(self) -> list[Song]:
        return sorted(self.queue, key=lambda song: (song.order, song.song_id))

    def head(self) -> Song | None:
        if self.locked in self.queue:
            return self.locked
        return next(iter(self.in_order()), None)

    def start(self, song: Song) -> None:
        self.queue.remove(song)
        self.virtual = virtual_time(self.virtual, song.tag, song.order)
        self.finish[song.user] = song.tag + song.seconds
        self.playing, self.locked, self.position, self.heard = song, None, 0.0, 0.0
        self.is_playing = True
        self.version += 1
        self.chain(song.user)

    def end(self, outcome: str) -> None:
        song, was_playing = self.playing, self.is_playing
        if outcome == "skipped":
            self.finish[song.user] -= max(0.0, song.seconds - self.heard)
        self.playing = None
        self.chain(song.user)
        following = self.head()
        if following is None:
            self.is_playing, self.position, self.locked = False, 0.0, None
            self.version += 1
        else:
            self.start(following)
            self.is_playing = was_playing

    def queue_changed(self, user: str) -> None:
        self.chain(user)
        if self.playing is not None:
            self.relock()

    def passes(self, seconds: float) -> None:
        while self.is_playing and self.position + seconds >= self.playing.seconds:
            step = self.playing.seconds - self.position
            self.heard, self.position, seconds = self.heard + step, 0.0, seconds - step
            self.end("played")
        if self.is_playing:
            self.position += seconds
            self.heard += seconds
        self.relock()

    def relock(self) -> None:
        self.locked = self.head() if self.is_playing and self.in_last_stretch() else None

    def in_last_stretch(self) -> bool:
        stretch = min(conf().next_lock_seconds, self.playing.seconds / 4)
        return self.position >= self.playing.seconds - stretch - 1e-9


class Evening(RuleBasedStateMachine):
    """Three people do what they like in the Main Nest."""

    @initialize()
    def opens(self) -> None:
        redis().flushdb()
        self.nest = main_nest()
        self.nest.person("Bob").listens()
        self.model = Model()
        welcome = {"snapshot": self.seen(), "you": {"id": ""}}
        self.mirror = Mirror.of(welcome | {"rev": welcome["snapshot"]["rev"]})
        self.count = 0

    def seen(self) -> dict:
        return self.nest.somebody.sees()

    @rule(name=st.sampled_from(PEOPLE), seconds=st.integers(20, 400))
    def adds(self, name: str, seconds: int) -> None:
        self.count += 1
        title = f"Song {self.count}"
        self.nest.person(name).adds(title, seconds=seconds)
        self.model.add(self.nest.person(name).email, title, seconds)
        self.model.relock()

    @precondition(lambda self: self.model.queue)
    @rule(name=st.sampled_from(PEOPLE), data=st.data(), direction=st.sampled_from([-1, 0, 1]))
    def votes(self, name: str, data: st.DataObject, direction: int) -> None:
        song = data.draw(st.sampled_from(self.model.in_order()))
        person = self.nest.person(name)
        if song.user == person.email and direction == 1:
            with pytest.raises(Refusal):
                person.votes(song.title, direction)
            return
        person.votes(song.title, direction)
        song.votes[person.email] = direction

    @precondition(lambda self: self.model.queue)
    @rule(data=st.data(), comes_back=st.booleans())
    def removes(self, data: st.DataObject, comes_back: bool) -> None:
        song = data.draw(st.sampled_from(self.model.in_order()))
        owner = next(p for p in map(self.nest.person, PEOPLE) if p.email == song.user)
        before = self.seen()["queue"]
        token = owner.removes(song.title)["undo_token"]
        self.model.queue.remove(song)
        self.model.queue_changed(song.user)
        if comes_back:
            owner.undoes(token)
            assert self.seen()["queue"] == before
            self.model.queue.append(song)
            self.model.queue_changed(song.user)

    @rule(name=st.sampled_from(PEOPLE))
    def skips(self, name: str) -> None:
        self.nest.person(name).skips()
        if self.model.playing is not None:
            self.model.end("skipped")
            self.model.queue_changed("")

    @precondition(lambda self: self.model.playing)
    @rule(name=st.sampled_from(PEOPLE))
    def toggles(self, name: str) -> None:
        self.nest.person(name).does("toggle")
        self.model.is_playing = not self.model.is_playing
        self.model.version += 1
        self.model.relock()

    @precondition(lambda self: self.model.playing)
    @rule(name=st.sampled_from(PEOPLE), part=st.floats(0, 0.99))
    def seeks(self, name: str, part: float) -> None:
        position = int(self.model.playing.seconds * part * 1000)
        self.nest.person(name).does("seek", position)
        self.model.position = position / 1000
        self.model.version += 1
        self.model.relock()

    @rule(seconds=st.integers(1, 500))
    def time_passes(self, seconds: int) -> None:
        self.nest.passes(seconds)
        self.model.passes(seconds)

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "nest"):
            return
        seen, model = self.seen(), self.model
        rows = [(row["title"], row["tag"], row["order"]) for row in seen["queue"]]
        assert rows == [
            (song.title, pytest.approx(song.tag), pytest.approx(song.order))
            for song in model.in_order()
        ]
        assert (seen["song"] or {}).get("title") == (model.playing and model.playing.title)
        assert seen["playback"]["version"] == model.version
        assert seen["playback"]["is_playing"] == model.is_playing
        assert seen["playback"]["position_ms"] == pytest.approx(model.position * 1000, abs=2)
        assert seen["playback"]["locked_song_id"] == (model.locked and model.locked.song_id)
        self.events_lead_to_the_snapshot(seen)

    def events_lead_to_the_snapshot(self, seen: dict) -> None:
        for event in self.nest.events(since=self.mirror.rev):
            self.mirror.apply(event)
        ours, theirs = comparable(self.mirror.state), comparable(seen)
        assert {name: ours[name] for name in theirs if ours[name] != theirs[name]} == {
            name: theirs[name] for name in theirs if ours[name] != theirs[name]
        }


Evening.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class TestEvening(Evening.TestCase):
    """Q7 Q8 Q9 Q11 P1 P2 R1 R8"""
