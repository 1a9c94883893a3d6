"""Nothing changes untold: a page that heard every event shows what a newcomer sees."""

import pytest

from player.playback import playback
from player.queue import reactions
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(nest):
    """Says whether the events so far lead to the snapshot."""
    seen = nest.somebody.sees()
    mirror = Mirror.of({"snapshot": seen, "rev": seen["rev"], "you": {"id": ""}})

    def check():
        for event in nest.events(since=mirror.rev):
            mirror.apply(event)
        assert comparable(mirror.state) == comparable(nest.somebody.sees())

    return check


def test_the_locked_song_is_unlocked_aloud_when_it_leaves_nothing_behind(
    nest, alice, told
):  # Q8 R8
    alice.adds("Blue", "Green", seconds=20)
    alice.does("seek", 15_000)

    alice.removes("Green")

    told()
    assert nest.events()[-1]["type"] == "next_locked"


def test_a_locked_song_that_fails_is_unlocked_aloud(nest, alice, told):  # Q8 T6 R8
    alice.adds("Blue", "Green", seconds=20)
    alice.does("seek", 15_000)

    with nest.now():
        playback.fail(nest.nest_id, nest.id_of("Green"), "its recording is gone")

    told()
    assert nest.events()[-1]["type"] == "next_locked"


def test_the_song_before_again_moves_what_waits_aloud(nest, alice, bob, told):  # P3 Q7 R8
    bob.adds("Red")
    alice.adds("Blue", "Green")
    nest.passes(180)
    assert nest.plays() == "Blue"

    alice.returns_to_previous()

    told()
    assert nest.plays() == "Red"
    assert nest.order() == ["Green", "Blue"]


def test_a_song_that_repeats_has_its_turn_behind_its_persons_others(nest, alice, told):  # P5 Q7 R8
    with nest.now():
        playback.set_options(alice.act, None, "all")
    alice.adds("Blue", "Green")
    nest.passes(180)
    told()

    alice.adds("Red")

    told()
    assert nest.order() == ["Blue", "Red"]


def test_cheers_and_words_of_one_moment_stand_as_they_came(nest, alice, bob, told):  # Q12 Q13 R8
    alice.adds("Blue")
    song = nest.row_of_what_plays()["song_id"]

    with nest.now():
        for person in (bob, alice):
            reactions.toggle_jam(person.act, song)
            reactions.add_comment(person.act, song, "this one")
        reactions.add_comment(alice.act, song, "this one")

    told()
    assert [jam["id"] for jam in nest.row_of_what_plays()["jams"]] == [bob.id, alice.id]
    assert len(nest.row_of_what_plays()["comments"]) == 3
