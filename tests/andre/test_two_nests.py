"""Ten minutes of random commands at two nests: after every step only one of them has changed, and
what its events tell is what a newcomer sees (F2)."""

from dataclasses import dataclass, field
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys, every_key_of
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol import commands
from andre.protocol.shapes import AirhornName, PlaybackFailure
from andre.web import dispatch
from nests.commands import HANDLERS as OF_NESTS
from nests.lifecycle import deletion
from nests.membership import members
from nests.registry import store
from player.commands import HANDLERS as OF_PLAYER
from player.models import Track as LibraryTrack
from player.playback import playback
from player.queue import queue
from tests.nests.support import build, settings_of_the_house
from tests.nests.test_isolation import held
from tests.support.nest import BEGIN_MS, NestStory, track
from tests.support.recordings import recording, shelved
from tests.support.reducer import Mirror, comparable

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

STEPS, LONGEST_WAIT = 30, 20  # Twenty seconds at most, thirty times: ten minutes.
CREATOR = "Alice"
TRACKS = 20
PEOPLE = (CREATOR, "Bob", "Carol", "Dora")
OURS, THEIRS = "0" * 32, "f" * 32  # Whose undo is wished for; the token itself is known later.
# Of a nest; preferences are their listener's, in every nest.
NO_CHANGE = {
    commands.ProbeClock,
    commands.Beat,
    commands.ReportSync,
    commands.ReportProgress,  # A row of the database, and nothing of the nest.
    commands.SyncCheck,
    commands.ChangePreferences,
    commands.ChooseSpeaker,
}
FAILURES = get_args(PlaybackFailure)


def email_of(who: str) -> str:
    return f"{who.lower()}@example.com"


SOMEBODY = st.sampled_from([person_id(email_of(who)) for who in PEOPLE])
song_id, position_ms = st.integers(1, 10), st.integers(0, 90_000)
FIELDS: dict[type[commands.Command], dict[str, Any]] = {
    commands.AddSongs: {
        "uris": st.lists(st.integers(0, TRACKS - 1).map(str), min_size=1, max_size=3)
    },
    commands.RemoveSong: {"song_id": song_id},
    commands.MoveSong: {"song_id": song_id, "before": st.none() | song_id},
    commands.ClearQueue: {},
    commands.Undo: {"undo_token": st.sampled_from([OURS, THEIRS])},
    commands.ApproveSong: {"song_id": song_id},
    commands.RefuseSong: {"song_id": song_id},
    commands.CastVote: {"song_id": song_id, "direction": st.sampled_from([-1, 0, 1])},
    commands.ToggleJam: {"song_id": song_id},
    commands.AddComment: {"song_id": song_id, "text": st.sampled_from("ab")},
    commands.SendChatMessage: {"text": st.sampled_from("abc"), "song_id": st.none()},
    commands.BlowAirhorn: {"name": st.sampled_from(get_args(AirhornName)[:2])},
    commands.Play: {"position_ms": st.none() | position_ms},
    commands.Pause: {"position_ms": st.none() | position_ms},
    commands.Toggle: {},
    commands.Seek: {"position_ms": position_ms},
    commands.Skip: {"song_id": st.none() | song_id},
    commands.Previous: {"song_id": st.none() | song_id},
    commands.ReportEnded: {"song_id": song_id},
    commands.ReportPlaybackFailure: {
        "song_id": song_id,
        "reason": st.sampled_from(FAILURES),
        "position_ms": st.integers(0, 90_000),
    },
    commands.SetOptions: {"repeat_mode": st.sampled_from(["off", "one", "all"])},
    commands.SetVolume: {"volume": st.integers(0, 100)},
    commands.ChangeNestSettings: {
        "name": st.sampled_from(["Friday Vibes", "Deep End"]),
        "bender": st.sampled_from([True, False, None]),
        "control_mode": st.sampled_from(["dj", "open", None]),
        "skip_mode": st.sampled_from(["vote", None]),
        "bender_weights": st.sampled_from([None, {"album": 0.0}]),
        "approval": st.sampled_from([True, False, None]),
        "artist_gap_minutes": st.sampled_from([None, 1]),
    },
    commands.NameDj: {"person": SOMEBODY},
    commands.MuteListener: {"person": SOMEBODY},
    commands.UnmuteListener: {"person": SOMEBODY},
    commands.KickListener: {"person": SOMEBODY},
    commands.BanListener: {"person": SOMEBODY},
    commands.UnbanListener: {"person": SOMEBODY},
    commands.ApproveListener: {"person": SOMEBODY},
    commands.RefuseListener: {"person": SOMEBODY},
}
WISHES = {kind: st.builds(kind, **fields) for kind, fields in FIELDS.items()}
DEEDS = st.sampled_from(["enter", "leave", "dismiss", "presence", "prune", "fail", "delete"])
STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(PEOPLE),
    st.one_of(*4 * [WISHES[commands.AddSongs]], *2 * [*WISHES.values()], DEEDS),
    st.integers(0, LONGEST_WAIT),
)


@dataclass
class Room:
    """One of the two nests, with what a page makes of its events and who may undo what."""

    number: int
    now_ms: int = BEGIN_MS
    built: int = 0
    tokens: list[str] = field(default_factory=list)

    def opens(self) -> None:
        self.built += 1
        with clock.freeze(self.now_ms):
            nest = build(seed=10 * self.built + self.number)
        self.story = NestStory(nest.nest_id, self.now_ms)
        self.story.person(CREATOR).listens()
        self.tokens.clear()
        for number, who in enumerate(PEOPLE):
            titles = LibraryTrack.objects.all()[3 * number : 3 * number + 3]
            with self.story.now():
                queue.add(self.act(who), [each.uri for each in titles])
        seen = self.story.somebody.sees()
        self.mirror = Mirror.of({"snapshot": seen, "rev": seen["rev"], "you": {"id": ""}})

    def contents(self) -> dict[str, Any]:
        found = redis().scan_iter(match=every_key_of(self.story.nest_id))
        # These pass by the server's own clock: the lease, an errand of the tick, and for three
        # seconds what somebody has just written.
        keys = NestKeys(self.story.nest_id)
        passing = {keys.tick_lease}
        for who in PEOPLE:
            person = self.act(who).user
            passing |= {keys.chat_rate(person), keys.chat_duplicates(person)}
        return {key: held(key) for key in found if key not in passing}

    def agrees(self) -> None:
        """Old snapshot + events = new snapshot."""
        for event in self.story.events(since=self.mirror.rev):
            self.mirror.apply(event)
        ours, theirs = comparable(self.mirror.state), comparable(self.story.somebody.sees())
        differing = [name for name in theirs if ours[name] != theirs[name]]
        assert {name: ours[name] for name in differing} == {
            name: theirs[name] for name in differing
        }

    def act(self, who: str) -> CommandContext:
        return self.story.person(who).act

    def does(self, who: str, wish: commands.Command | str, other: "Room") -> None:
        with self.story.now():
            try:
                if isinstance(wish, str):
                    self.deed(who, wish)
                else:
                    handler = dispatch.HANDLERS[type(wish)]
                    answer = handler(self.act(who), self.meant(wish, other))
                    self.tokens += filter(None, [answer.get("undo_token")])
            except Refusal:
                return

    def meant(self, wish: commands.Command, other: "Room") -> commands.Command:
        """The wish with songs and tokens there are; sometimes the other room's, which is no use."""
        match wish:
            case commands.AddSongs():
                uris = [str(LibraryTrack.objects.all()[int(each)].uri) for each in wish.uris]
                return wish.model_copy(update={"uris": uris})
            case commands.Undo():
                tokens = self.tokens if wish.undo_token == OURS else other.tokens
                return wish.model_copy(update={"undo_token": tokens[-1]}) if tokens else wish
            case (
                commands.RemoveSong()
                | commands.CastVote()
                | commands.ToggleJam()
                | commands.AddComment()
                | commands.ReportEnded()
                | commands.ReportPlaybackFailure()
            ):
                state = self.mirror.state
                songs = [*filter(None, [state["song"]]), *state["queue"]]
                song = songs[wish.song_id % len(songs)]["song_id"] if songs else wish.song_id
                return wish.model_copy(update={"song_id": song})
        return wish

    def deed(self, who: str, deed: str) -> None:
        nest, act = self.story.nest_id, self.act(who)
        match deed:
            case "enter":
                self.story.person(who).listens()
            case "leave":
                self.story.person(who).leaves()
            case "dismiss":
                members.disconnect_everywhere(act)
            case "presence":
                members.publish_presence(nest)
            case "prune":
                members.prune(nest)
            case "fail" if song := self.mirror.state["song"]:
                playback.fail(nest, song["song_id"], "its recording is gone")
            case "delete" if self.built < 3:
                deletion.delete(store.get_nest(self.act(CREATOR).nest), "over")
                assert self.contents() == {}
                self.opens()

    def passes(self, seconds: int) -> None:
        self.story.passes(seconds)
        self.now_ms = self.story.now_ms


@pytest.fixture
def _library():
    shelved(*(recording(f"Song {number}", seconds=20 + 3 * number) for number in range(TRACKS)))


@pytest.fixture
def _nobody_counts(monkeypatch):
    named = {"ANDRE_LIMITS_ENABLED": "false", "NO_REPEAT_MINUTES": "0", "NEST_MAX_ACTIVE": "0"}
    with settings_of_the_house(monkeypatch, **named):
        yield


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=STEPS // 2, max_size=STEPS))
@pytest.mark.slow
@pytest.mark.usefixtures("_library", "_nobody_counts")
def test_ten_minutes_of_random_commands_never_mix_two_nests(steps):  # F2 N20 R1 R8
    redis().flushdb()
    rooms = [Room(0), Room(1)]
    for room in rooms:
        room.opens()

    for which, who, wish, seconds in steps:
        here, there = rooms[which], rooms[1 - which]
        before = there.contents()

        here.does(who, wish, there)
        here.passes(seconds)
        here.agrees()

        assert there.contents() == before
        there.passes(seconds)
        there.agrees()


def test_the_ten_minutes_know_every_command_that_changes_a_nest():  # F2
    assert set(WISHES) == {*OF_NESTS, *OF_PLAYER} - NO_CHANGE - {*commands.NEST_ACTS}


def test_the_other_nests_token_undoes_nothing(nest):  # Q9 N20
    with nest.now():
        here, there = (build(seed=seed).nest_id for seed in (1, 2))
        for place_of in (here, there):
            queue.add_tracks(CommandContext(place_of, Actor("bob@example.com")), [track("Blue")])
        cleared = queue.clear(CommandContext(there, Actor("bob@example.com")))

        with pytest.raises(Refusal) as refused:
            queue.undo(CommandContext(here, Actor("bob@example.com")), cleared["undo_token"])

    assert refused.value.code == "not_found"
    assert not isinstance(refused.value, NoSuchNest)
