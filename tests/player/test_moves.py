"""Moving songs: the DJ any of them, everybody else their own among their own turns."""

import json
from dataclasses import replace

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from nests.registry import settings
from player.queue import moves, queue
from player.queue.songs import new_song
from player.scripts import lua
from tests.nests.support import build
from tests.support.nest import BEGIN_MS, NestStory, track
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth():
    """Alice is the DJ; "Now" plays, and Alice, Bob and Carol take turns behind it."""
    story = opened("The Booth")
    alice, bob, carol = (story.person(name) for name in ("Alice", "Bob", "Carol"))
    for person in (alice, bob, carol):
        person.listens()
    is_set(story, control_mode="dj", bender=False)
    alice.adds("Now")
    alice.adds("A1", "A2")
    bob.adds("B1", "B2")
    carol.adds("C1", "C2")
    assert story.order() == ["B1", "C1", "A1", "B2", "C2", "A2"]
    return story


@pytest.fixture
def commons():
    """The same people without a DJ."""
    story = opened("The Commons")
    alice, bob = (story.person(name) for name in ("Alice", "Bob"))
    for person in (alice, bob):
        person.listens()
    is_set(story, bender=False)
    alice.adds("Now")
    alice.adds("A1", "A2", "A3")
    bob.adds("B1", "B2", "B3")
    assert story.order() == ["B1", "A1", "B2", "A2", "B3", "A3"]
    return story


def opened(name):
    with clock.freeze(BEGIN_MS):
        return NestStory(build(name).nest_id)


def is_set(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), wishes)


def moves_song(story, name, title, before=None):
    with story.now():
        target = story.id_of(before) if before else None
        return moves.move_song(story.person(name).act, story.id_of(title), target)


def refusal_of(story, name, title, before=None):
    with pytest.raises(Refusal) as refused:
        moves_song(story, name, title, before)
    return refused.value.code


def bender_adds(story, *titles):
    act = CommandContext(story.nest_id)
    songs = [replace(new_song(track(title), act), auto=True).fields() for title in titles]
    with story.now():
        lua.add_songs(act, songs=json.dumps(songs), limits=json.dumps(queue.depth_alone(act.nest)))


# The DJ


def test_the_dj_puts_any_song_anywhere(booth):
    moves_song(booth, "Alice", "C2", before="A1")
    moves_song(booth, "Alice", "B1")
    moves_song(booth, "Alice", "A2", before="C1")

    assert booth.order() == ["A2", "C1", "C2", "A1", "B2", "B1"]
    assert [title for title in booth.order() if booth.row(title)["placed"]] == ["A2", "C2", "B1"]


def test_songs_of_equal_turns_can_be_parted(booth):
    booth.person("Dave").adds("D1")
    booth.person("Erin").adds("E1")
    assert [booth.row(title)["order"] for title in ("B1", "C1", "D1", "E1")] == [0, 0, 0, 0]

    moves_song(booth, "Alice", "A2", before="E1")
    moves_song(booth, "Alice", "A1", before="A2")

    assert booth.order()[:6] == ["B1", "C1", "D1", "A1", "A2", "E1"]


def test_any_order_of_moves_ends_where_the_dj_sees_it(booth):
    wanted = booth.order()
    for number in range(60):  # So often in the same gap that it has to make room.
        title, before = wanted[-1 - number % 2], wanted[2]
        wanted.remove(title)
        wanted.insert(wanted.index(before), title)

        moves_song(booth, "Alice", title, before)

        assert booth.order() == wanted


def test_what_the_dj_puts_first_is_passed_by_nothing(booth):
    moves_song(booth, "Alice", "C2", before="B1")
    moves_song(booth, "Alice", "A2", before="B1")

    booth.person("Newcomer").adds("N1")
    for fan in range(6):
        booth.person(f"Fan{fan}").votes("B2", 1)

    assert booth.order()[:3] == ["C2", "A2", "B2"]


def test_a_placed_song_keeps_its_place_whatever_is_voted(booth):
    moves_song(booth, "Alice", "C2", before="A1")

    for fan in range(3):
        booth.person(f"Fan{fan}").votes("C2", 1)

    assert booth.order() == ["B1", "C1", "C2", "A1", "B2", "A2"]
    assert booth.row("C2")["vote"] == 3


def test_what_others_add_lines_up_in_turn_around_it(booth):
    moves_song(booth, "Alice", "C2", before="A1")

    booth.person("Newcomer").adds("N1", "N2")

    assert booth.order() == ["B1", "C1", "N1", "C2", "A1", "B2", "N2", "A2"]


def test_moving_a_song_costs_its_person_its_length_and_no_more(booth):  # Q7
    moves_song(booth, "Alice", "C2", before="B1")

    booth.passes(181)

    assert booth.plays() == "C2"
    assert booth.row_of_what_plays()["tag"] == 0
    assert booth.row("C1")["tag"] == 180
    booth.person("Newcomer").adds("N1")
    assert booth.row("N1")["tag"] == 0  # A move pushes nobody's turn ahead.


def test_a_placed_song_that_was_removed_comes_back_to_its_place(booth):  # Q9
    moves_song(booth, "Alice", "C2", before="C1")
    before = booth.order()

    with booth.now():
        token = queue.remove(booth.person("Carol").act, booth.id_of("C2"), may_remove_all=False)[
            "undo_token"
        ]
    booth.person("Carol").undoes(token)

    assert booth.order() == before


def test_what_is_certain_to_play_next_stays(booth):  # Q8
    booth.passes(170)
    locked = booth.playback()["locked_song_id"]

    moves_song(booth, "Alice", "A2", before="B1")
    booth.passes(11)

    assert locked is not None
    assert booth.plays() == "B1"
    assert booth.order()[0] == "A2"


def test_the_locked_song_is_not_moved(booth):  # Q8
    booth.passes(170)

    assert refusal_of(booth, "Alice", "B1") == "place_fixed"


def test_nobody_but_the_dj_moves_what_others_have_added(booth):
    assert refusal_of(booth, "Bob", "A1", before="B1") == "forbidden"
    assert booth.order() == ["B1", "C1", "A1", "B2", "C2", "A2"]


def test_beside_a_dj_everybody_orders_their_own(booth):
    moves_song(booth, "Bob", "B2", before="B1")

    assert booth.order() == ["B2", "C1", "A1", "B1", "C2", "A2"]


def test_nobody_moves_their_song_from_where_the_dj_has_put_it(booth):
    moves_song(booth, "Alice", "B2", before="B1")

    assert refusal_of(booth, "Bob", "B2") == "place_fixed"


def test_who_the_dj_is_counts_at_the_moment_of_the_move(booth):  # S-6.10
    bob = booth.person("Bob").act
    as_dj = replace(bob, actor=replace(bob.actor, has_dj=True, is_dj=True))

    with booth.now(), pytest.raises(Refusal) as refused:
        moves.move_song(as_dj, booth.id_of("A1"), None)

    assert refused.value.code == "forbidden"


def test_places_outlive_the_dj_and_nobody_gives_new_ones(booth):
    moves_song(booth, "Alice", "C2", before="B1")

    is_set(booth, control_mode=None)

    assert booth.order()[0] == "C2"
    assert refusal_of(booth, "Alice", "B2", before="B1") == "fair_queue"


def test_benders_song_gives_way_unless_the_dj_has_placed_it(booth, settle):  # Q3
    settle(NEST_MAX_QUEUE_DEPTH="8")
    bender_adds(booth, "Funk", "Soul")
    moves_song(booth, "Alice", "Soul", before="B1")

    first = booth.person("Bob").adds("B3")
    second = booth.person("Bob").adds("B4")

    assert booth.order() == ["Soul", "B1", "C1", "A1", "B2", "C2", "A2", "B3"]
    assert (len(first["added"]), second["rejected"][0]["error"]) == (1, "queue_full")


# Without a DJ


def test_in_a_fair_queue_nobody_moves_what_others_have_added(commons):
    assert refusal_of(commons, "Bob", "A1", before="B1") == "fair_queue"


def test_my_own_songs_change_turns_and_nobody_elses_do(commons):
    before = {title: commons.row(title)["order"] for title in ("A1", "A2", "A3")}

    moves_song(commons, "Bob", "B3", before="B1")

    assert commons.order() == ["B3", "A1", "B1", "A2", "B2", "A3"]
    assert {title: commons.row(title)["order"] for title in before} == before
    assert not commons.row("B3")["placed"]


def test_before_a_song_of_somebody_else_means_before_my_own_behind_it(commons):
    moves_song(commons, "Bob", "B3", before="A1")  # Between B1 and B2.

    assert commons.order() == ["B1", "A1", "B3", "A2", "B2", "A3"]


def test_a_move_that_changes_no_turn_is_none(commons):
    rev = commons.somebody.sees()["rev"]

    answer = moves_song(commons, "Bob", "B2", before="A2")

    assert not answer["changed"]
    assert commons.somebody.sees()["rev"] == rev


def test_own_songs_of_other_lengths_are_chained_anew(commons):  # Q7
    commons.person("Bob").adds("Long", seconds=600)

    moves_song(commons, "Bob", "Long", before="B2")

    tags = [commons.row(title)["tag"] for title in ("B1", "Long", "B2", "B3")]
    assert tags == [0, 180, 780, 960]


def test_a_song_added_late_takes_no_turn_that_was_missed(commons):  # Q7
    for fan in range(5):
        commons.person(f"Fan{fan}").votes("B3", -1)
    commons.passes(5 * 180 + 1)
    assert commons.order() == ["B3"]
    commons.person("Bob").adds("Late")
    floor = commons.row("Late")["tag"]

    moves_song(commons, "Bob", "Late", before="B3")

    assert commons.row("Late")["tag"] >= min(floor, commons.row("B3")["tag"])


def test_a_song_that_is_gone_is_not_moved_nor_one_before_it(commons):
    gone = commons.id_of("B2")
    commons.person("Bob").removes("B2")

    for song, before in ((gone, None), (commons.id_of("B3"), gone)):
        with commons.now(), pytest.raises(Refusal) as refused:
            moves.move_song(commons.person("Bob").act, song, before)
        assert refused.value.code == "song_not_queued"


# What pages hear


@pytest.mark.parametrize(("name", "title", "before"), [("Alice", "C2", "C1"), ("Bob", "B2", "B1")])
def test_a_page_hears_of_a_move_and_says_the_same_as_a_new_one(booth, name, title, before):  # R8
    seen = booth.person("Carol").sees()
    page = Mirror(seen, booth.person("Carol").id, seen["rev"])

    moves_song(booth, name, title, before)
    for event in booth.events(page.rev):
        page.apply(event)

    assert comparable(page.state) == comparable(booth.person("Carol").sees())
