"""Fairness: airtime, not song count."""

import random

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(nest):
    """A nest where songs wait: nobody listens, so nothing starts."""
    nest.person("Bob").leaves()
    return nest


def test_the_worked_example_orders_by_turns(quiet, alice, bob, carol):  # Q7
    alice.adds("A1", "A2", "A3")
    bob.adds("B1", "B2")
    carol.adds("C1")

    assert quiet.order() == ["A1", "B1", "C1", "A2", "B2", "A3"]
    assert [quiet.row(f"A{n}")["tag"] for n in (1, 2, 3)] == [0, 180, 360]


def test_two_votes_move_a_song_to_the_front(quiet, alice, bob, carol):  # Q7 Q11
    alice.adds("A1", "A2", "A3")
    bob.adds("B1", "B2")

    bob.votes("A3", 1)
    carol.votes("A3", 1)

    assert quiet.row("A3")["order"] == -120
    assert quiet.order()[0] == "A3"


def test_votes_count_in_any_order_the_same(quiet, alice, bob, carol):  # Q11
    alice.adds("One", "Two")

    bob.votes("One", -1)
    carol.votes("One", 1)
    bob.votes("One", 1)
    carol.votes("One", 0)

    assert quiet.row("One")["vote"] == 1
    assert quiet.row("One")["order"] == -240


def test_a_vote_beyond_the_cap_moves_nothing(quiet, alice):  # Q11
    alice.adds("Loved")

    for number in range(7):
        quiet.person(f"Fan{number}").votes("Loved", 1)

    assert quiet.row("Loved")["vote"] == 7
    assert quiet.row("Loved")["order"] == -5 * 240


def test_nobody_votes_up_their_own_song_but_may_vote_it_down(quiet, alice, bob):  # Q11
    alice.adds("Mine")

    with pytest.raises(Exception, match="up to the others"):
        alice.votes("Mine", 1)
    alice.votes("Mine", -1)

    assert quiet.row("Mine")["vote"] == -1


def test_removing_a_song_gives_its_time_back_exactly(quiet, alice, bob):  # Q7
    alice.adds("A1", "A2", seconds=181.237)
    alice.adds("A3")
    before = [quiet.row(title)["tag"] for title in ("A1", "A2", "A3")]

    token = alice.removes("A2")["undo_token"]
    without = quiet.row("A3")["tag"]
    alice.undoes(token)

    assert without == before[1]
    assert [quiet.row(title)["tag"] for title in ("A1", "A2", "A3")] == before


def test_turns_already_taken_are_remembered_when_the_queue_drains(nest, alice, bob):  # Q7
    alice.adds("A1", "A2", "A3")
    nest.passes(3 * 180 + 1)
    assert nest.plays() is None

    nest.person("Bob").leaves()
    alice.adds("A4")
    bob.adds("B1")

    assert nest.order() == ["B1", "A4"]


def test_a_skipped_song_is_charged_only_for_what_played(nest, alice):  # Q7
    alice.adds("A1", "A2")
    nest.passes(30)

    alice.skips()

    assert nest.plays() == "A2"
    assert nest.row_of_what_plays()["tag"] == 30


@pytest.mark.parametrize("seed", range(5))
def test_two_who_always_queue_share_the_airtime(nest, alice, bob, seed):  # Q7
    rng = random.Random(seed)
    heard = {alice.id: 0.0, bob.id: 0.0}
    longest = 400
    for turn in range(40):
        for person in (alice, bob):
            while sum(title.startswith(person.name) for title in nest.order()) < 2:
                person.adds(f"{person.name} {turn} {rng.random()}", seconds=rng.randint(60, 400))
        song = nest.row_of_what_plays()
        heard[song["user"]] += song["duration_ms"] / 1000
        nest.passes(nest.playback()["duration_ms"] / 1000)

    assert abs(heard[alice.id] - heard[bob.id]) <= 2 * longest


def test_a_newcomer_plays_within_one_round(nest, alice, bob, carol):  # Q7
    for number in range(6):
        alice.adds(f"A{number}")
        bob.adds(f"B{number}")
    nest.passes(5 * 180)

    carol.adds("New here")

    assert nest.order().index("New here") <= 2


def test_everyone_sees_what_each_has_had(nest, alice, bob):  # Q10
    from player.queue.airtime import airtime

    alice.adds("A1", "A2")
    bob.adds("B1")
    nest.passes(180 + 30)
    alice.skips()

    with nest.now():
        seen = airtime(nest.nest_id)

    assert [(each["name"], each["last_hour_s"]) for each in seen["people"]] == [
        ("Alice", 180),
        ("Bob", 30),
    ]
    assert seen["people"][1]["finish_tag"] == 30
