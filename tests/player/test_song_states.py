"""What becomes of a song: the moves between its states that there are, and none besides."""

from random import Random

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.redis import redis
from nests.registry import settings, store
from player.playback import playback
from player.queue import moves, proposals, queue, votes
from tests.support.nest import BEGIN_MS, NestStory, track

pytestmark = pytest.mark.django_db

MOVES = {
    ("new", "waiting"),
    ("new", "queued"),
    ("waiting", "queued"),
    ("queued", "playing"),
    ("playing", "played"),
    ("queued", "failed"),
    ("playing", "failed"),
    ("waiting", "removed"),
    ("queued", "removed"),
    ("removed", "queued"),  # Taken back within half a minute (spec 02, Q9).
}
STEPS = 400


@pytest.fixture
def den():
    """A nest of Alice's; what Bob adds waits for approval."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(store.create_nest("alice@example.com", "Alice").nest_id)
        settings.change(CommandContext(story.nest_id), {"approval": True, "bender": False})
    story.person("Bob").listens()
    return story


class Ledger:
    """What becomes of every song, as the events say and the store keeps it."""

    def __init__(self, story):
        self.story, self.seen, self.states, self.moves = story, 0, {}, set()

    def note(self, song_id, state):
        self.moves.add((self.states.get(song_id, "new"), state))
        self.states[song_id] = state

    def reads(self):
        for event in self.story.events(self.seen):
            self.seen = event["rev"]
            self.hears(event)
        prefix = CommandContext(self.story.nest_id).keys.song_prefix
        there = {song: state for song, state in self.states.items() if state in LIVE}
        kept = {song: redis().hget(f"{prefix}{song}", "status") for song in self.states}
        assert {song: state for song, state in kept.items() if state} == there

    def hears(self, event):
        match event["type"]:
            case "songs_proposed" | "songs_added" | "queue_restored":
                for song in event["songs"]:
                    self.note(song["song_id"], song["status"])
            case "song_approved":  # It goes on under the id that its turn has.
                assert self.states.pop(event["song_id"]) == "waiting"
                self.moves.add(("waiting", "queued"))
            case "song_refused" | "song_removed":
                self.note(event["song_id"], "removed")
            case "queue_cleared":
                for song in [song for song, state in self.states.items() if state == "queued"]:
                    self.note(song, "removed")
            case "song_started":
                self.note(event["song"]["song_id"], "playing")
            case "song_finished" if event["outcome"] != "failed":
                self.note(event["song_id"], "played")
            case "song_failed":
                self.note(event["song_id"], "failed")


LIVE = ("waiting", "queued", "playing")


def test_an_evening_of_everything_makes_no_other_move(den):  # U-5.2
    rng, ledger = Random(7), Ledger(den)

    for number in range(STEPS):
        does_something(den, rng, number, list(ledger.states))
        ledger.reads()

    assert ledger.moves <= MOVES
    assert MOVES - ledger.moves == set()  # The evening had all of them.


def does_something(den, rng, number, songs):
    """To any song there ever was, whatever has become of it."""
    song = rng.choice(songs) if songs else 1
    alice, bob = den.person("Alice").act, den.person("Bob").act
    deeds = [
        lambda: queue.add_tracks(rng.choice([alice, bob]), [track(f"Song {number}")]),
        lambda: queue.add_tracks(bob, [track(f"Song {number}")]),
        lambda: queue.remove(alice, song, may_remove_all=True),
        lambda: removes_and_undoes(alice, song),
        lambda: proposals.approve_song(alice, song),
        lambda: proposals.refuse_song(alice, song),
        lambda: playback.fail(den.nest_id, song, "It is gone."),
        lambda: playback.skip(alice, song),
        lambda: votes.cast(bob, song, 1),
        lambda: moves.move_song(alice, song, None),
        lambda: playback.correct_length(den.nest_id, song, 170_000),
        lambda: playback.previous(alice),
    ]
    if rng.random() < 0.1:
        den.passes(rng.choice([1, 60, 200]))
    with den.now():
        try:
            rng.choice(deeds)()
        except Refusal:
            return


def removes_and_undoes(act, song):
    token = queue.remove(act, song, may_remove_all=True).get("undo_token", "")
    queue.undo(act, token)


def test_what_waits_for_approval_cannot_fail(den):  # U-5.2
    (song,) = den.person("Bob").adds("Blue")["waiting"]

    with den.now():
        playback.fail(den.nest_id, song, "It is gone.")

    assert [row["song_id"] for row in den.person("Alice").sees()["proposals"]] == [song]


def test_what_plays_is_not_removed(den):  # U-5.2
    den.person("Alice").adds("Blue")
    song = den.row_of_what_plays()["song_id"]

    with den.now(), pytest.raises(Refusal) as refused:
        queue.remove(den.person("Alice").act, song, may_remove_all=True)

    assert refused.value.code == "song_not_queued"
    assert den.plays() == "Blue"
