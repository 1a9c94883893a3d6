"""Jams, comments, airhorns."""

import pytest

from andre.core.errors import Refusal
from player.queue import reactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(nest, alice):
    alice.adds("Blue", "Green")
    return nest.row_of_what_plays()["song_id"]


def jams(person, song_id):
    with person.nest.now():
        return reactions.toggle_jam(person.act, song_id)


def honks(person, name="goose"):
    with person.nest.now():
        return reactions.blow_airhorn(person.act, name)


def says(person, song_id, text):
    with person.nest.now():
        return reactions.add_comment(person.act, song_id, text)


def test_a_jam_comes_and_goes_with_its_face(nest, bob, song):  # Q12
    jams(bob, song)
    there = nest.row_of_what_plays()["jams"]
    jams(bob, song)

    assert [(jam["id"], jam["name"]) for jam in there] == [(bob.id, "Bob")]
    assert nest.row_of_what_plays()["jams"] == []


def test_jams_stand_in_the_order_of_time(nest, bob, carol, song):  # Q12
    jams(carol, song)
    nest.passes(1)
    jams(bob, song)

    assert [jam["name"] for jam in nest.row_of_what_plays()["jams"]] == ["Carol", "Bob"]


def test_a_comment_is_trimmed_and_its_author_is_the_caller(nest, bob, song):  # Q13
    says(bob, song, "  what a bass \n")

    comment = nest.row_of_what_plays()["comments"][0]
    assert (comment["text"], comment["id"]) == ("what a bass", bob.id)
    assert comment["at_ms"] == nest.now_ms


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👨‍👩‍👧 می‌خواهم 🩷", "👨‍👩‍👧 می‌خواهم 🩷"),
        ("up\0 and\ndown", "up and down"),
        ("\u202etxt", "txt"),
    ],
)
def test_a_comment_is_what_can_be_read_of_it(nest, bob, song, text, shown):  # Q13 N4
    says(bob, song, text)

    assert nest.row_of_what_plays()["comments"][0]["text"] == shown


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\u3164\u2800", "\0", "x" * 281])
def test_a_comment_has_one_to_280_characters(bob, song, text):  # Q13
    with pytest.raises(Refusal) as refused:
        says(bob, song, text)

    assert refused.value.code == "validation_error"


def test_a_song_has_at_most_a_hundred_comments(nest, bob, song):  # Q13
    for number in range(100):
        says(bob, song, f"number {number}")

    with pytest.raises(Refusal):
        says(bob, song, "one more")
    assert len(nest.row_of_what_plays()["comments"]) == 100


def test_jams_and_comments_move_to_the_play_when_the_song_ends(nest, alice, bob, song):  # Q13
    from player.history import history
    from player.models import Play

    jams(bob, song)
    says(bob, song, "goodbye")
    honks(bob)
    alice.skips()

    history.record(nest.nest_id)

    play = Play.objects.get(song_id=song)
    assert [jam["email"] for jam in play.jams] == [bob.email]
    assert [comment["text"] for comment in play.comments] == ["goodbye"]
    assert play.airhorns == [bob.email]


def test_an_airhorn_sounds_a_little_ahead_for_everyone(nest, bob, song):  # Q14
    blown = honks(bob)

    event = nest.events()[-1]
    assert blown["at_ms"] == nest.now_ms + 300
    assert (event["type"], event["name"], event["at_ms"]) == (
        "airhorn_blown",
        "goose",
        nest.now_ms + 300,
    )


def test_two_airhorns_in_twenty_seconds_and_then_a_rest(nest, alice, bob, song):  # Q14
    honks(bob)
    nest.passes(5)
    honks(alice)

    with pytest.raises(Refusal) as refused:
        honks(bob)
    nest.passes(16)
    again = honks(bob)

    assert refused.value.code == "airhorn_cooldown"
    assert refused.value.more["retry_after_s"] == 16
    assert again["free"] is False


def test_three_admirers_earn_a_free_airhorn_once(nest, alice, bob, carol, song):  # Q14
    for person in (bob, carol, nest.person("Dora"), nest.person("Ernst")):
        jams(person, song)
    honks(bob)
    honks(bob)

    free = honks(alice)

    assert free["free"] is True
    with pytest.raises(Refusal):
        honks(alice)


def test_the_last_five_airhorns_are_listed(nest, bob, song):  # Q14
    for _ in range(7):
        honks(bob)
        nest.passes(21)

    assert len(bob.sees()["airhorns"]) == 5
