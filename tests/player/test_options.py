"""What repeats, and a queue that is shuffled."""

import json
from dataclasses import replace

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.lifecycle import grace
from nests.registry import settings, store
from player.history import progress
from player.playback import playback
from player.queue import moves, queue
from player.queue.songs import new_song
from player.scripts import lua
from tests.nests.support import build
from tests.support.nest import BEGIN_MS, NestStory, track
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db

SEED = "friday"


@pytest.fixture
def booth():
    """Alice is the DJ; "Now" plays, and she and Bob have three songs each behind it."""
    story = opened("The Booth")
    for name in ("Alice", "Bob"):
        story.person(name).listens()
    is_set(story, control_mode="dj", bender=False)
    story.person("Alice").adds("Now")
    story.person("Alice").adds("A1", "A2", "A3")
    story.person("Bob").adds("B1", "B2", "B3")
    return story


def opened(name):
    with clock.freeze(BEGIN_MS):
        return NestStory(build(name).nest_id)


def is_set(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), wishes)


def shuffles(story, name="Alice", *, on=True, seed=SEED):
    with story.now():
        return playback.set_options(story.person(name).act, on, None, seed)


def repeats(story, mode, name="Alice"):
    with story.now():
        return playback.set_options(story.person(name).act, None, mode)


def hears(story, songs):
    """What plays from now on, one song after the other."""
    heard = []
    for _ in range(songs):
        heard.append(story.plays())
        story.passes((story.playback()["ends_at_ms"] - story.now_ms) / 1000)
    return heard


def bender_adds(story, title):
    act = CommandContext(story.nest_id)
    song = replace(new_song(track(title), act), auto=True)
    with story.now():
        lua.add_songs(
            act,
            songs=json.dumps([song.fields()]),
            limits=json.dumps(queue.depth_alone(act.nest)),
        )


# Next and previous


def test_next_plays_what_follows_from_its_beginning_and_the_last_one_ends_in_silence(
    booth,
):  # U-5.3
    since = booth.somebody.sees()["rev"]
    booth.passes(30)

    booth.person("Alice").skips()
    events = [event["type"] for event in booth.events(since)]

    assert (booth.plays(), booth.playback()["position_ms"]) == ("B1", 0)
    assert events.count("song_started") == 1
    assert "playback_state" not in events
    for _ in range(6):
        booth.person("Alice").skips()
    assert (booth.plays(), booth.playback()["play_state"]) == (None, "stopped")


def test_previous_is_the_song_before_within_three_seconds_and_the_same_one_later(booth):  # U-5.3
    alice = booth.person("Alice")
    alice.skips()
    second = booth.plays()
    booth.passes(10)

    alice.returns_to_previous()
    restarted = (booth.plays(), booth.playback()["position_ms"])
    alice.returns_to_previous()

    assert restarted == (second, 0)
    assert booth.plays() == "Now"
    assert second in booth.order()


def test_without_a_history_previous_begins_anew(booth):  # U-5.3
    booth.passes(2)

    booth.person("Alice").returns_to_previous()

    assert (booth.plays(), booth.playback()["position_ms"]) == ("Now", 0)


# Repeating


def test_without_repeating_the_end_of_the_queue_is_the_end(booth):  # P5 U-5.6
    heard = hears(booth, 7)

    assert heard == ["Now", "B1", "A1", "B2", "A2", "B3", "A3"]
    assert booth.playback()["play_state"] == "stopped"


def test_repeating_one_plays_it_again_until_somebody_skips(booth):  # P5 U-5.6
    repeats(booth, "one")

    heard = hears(booth, 3)
    position = booth.playback()["position_ms"]
    booth.person("Alice").skips()

    assert (heard, position) == (["Now"] * 3, 0)
    assert booth.plays() == "B1"
    assert booth.playback()["repeat_mode"] == "one"


def test_a_device_that_says_the_song_has_ended_does_not_end_the_repeating(booth):  # U-5.6
    from andre.protocol.commands import ReportProgress

    repeats(booth, "one")
    booth.passes(179)
    said = ReportProgress(
        event="ended",
        song_id=booth.row_of_what_plays()["song_id"],
        position_ms=180_000,
        duration_ms=180_000,
    )

    with booth.now():
        progress.report_progress(booth.person("Alice").act, said)
    booth.passes(2)

    assert (booth.plays(), booth.playback()["position_ms"]) == ("Now", 1_000)


def test_repeating_all_sends_what_ended_behind_everything_under_its_adder(booth):  # P5 U-5.6
    repeats(booth, "all")

    heard = hears(booth, 7)
    again = hears(booth, 7)

    assert heard == ["Now", "B1", "A1", "B2", "A2", "B3", "A3"]
    assert again == heard
    assert booth.plays() == "Now"
    assert booth.row_of_what_plays()["user"] == booth.person("Alice").id


def test_a_song_comes_again_behind_all_also_where_its_person_has_had_less():  # U-5.6
    story = opened("The Commons")
    for name in ("Alice", "Bob"):
        story.person(name).listens()
    is_set(story, bender=False)
    story.person("Alice").adds("A1")
    story.person("Bob").adds("B1", "B2", "B3")
    repeats(story, "all", name="Bob")

    assert hears(story, 4) == ["A1", "B1", "B2", "B3"]
    assert hears(story, 4) == ["A1", "B1", "B2", "B3"]


def test_whoever_adds_has_their_turn_before_what_comes_again(booth):  # U-5.6 Q7
    repeats(booth, "all")
    hears(booth, 2)

    booth.person("Carol").adds("New")

    assert booth.order().index("New") < booth.order().index("Now")


def test_skipping_and_going_back_leave_one_of_each_song(booth):  # U-5.6
    repeats(booth, "all")
    alice = booth.person("Alice")

    alice.skips()
    for _ in range(3):
        alice.returns_to_previous()
        alice.skips()

    songs = [booth.plays(), *booth.order()]
    assert sorted(songs) == ["A1", "A2", "A3", "B1", "B2", "B3", "Now"]


def test_a_song_that_failed_does_not_come_again(booth):  # U-5.6 T6
    repeats(booth, "all")
    with booth.now():
        playback.fail(booth.nest_id, booth.row_of_what_plays()["song_id"], "file gone")

    assert "Now" not in booth.order()


def test_what_repeats_needs_no_bender(booth):  # P5
    is_set(booth, bender=True)
    for _ in range(6):
        booth.person("Alice").skips()
    hash_of_playback = NestKeys(booth.nest_id).playback
    redis().hset(hash_of_playback, "autoplay_requested", "")

    repeats(booth, "all")
    booth.person("Alice").skips()
    asked_while_repeating = redis().hget(hash_of_playback, "autoplay_requested")
    repeats(booth, "off")

    assert asked_while_repeating == ""
    assert redis().hget(hash_of_playback, "autoplay_requested") == ("" if booth.order() else "1")


# Shuffling


def test_shuffling_is_refused_where_the_queue_is_fair(nest, alice):  # P5
    with pytest.raises(Refusal) as refused:
        playback.set_options(alice.act, True, None)

    assert refused.value.code == "fair_queue"


def test_nothing_asked_is_refused(nest, alice):
    with pytest.raises(Refusal) as refused:
        playback.set_options(alice.act, None, None)

    assert refused.value.code == "validation_error"


def test_nobody_but_the_dj_shuffles(booth):  # S-6.10
    from andre.protocol.commands import SetOptions

    wanted = SetOptions(shuffle=True)
    bob = booth.person("Bob").act.with_command_id(wanted)

    with booth.now(), pytest.raises(Refusal) as refused:
        playback.set_options(bob, True, None)

    assert refused.value.code == "dj_only"


def test_a_shuffled_queue_plays_each_song_once_in_the_order_it_shows(booth):  # U-5.7
    in_turn = booth.order()

    shuffles(booth)
    shown = booth.order()
    heard = hears(booth, 7)

    assert shown != in_turn
    assert sorted(shown) == sorted(in_turn)
    assert heard == ["Now", *shown]
    assert booth.plays() is None


def test_next_follows_the_shuffled_order(booth):  # U-5.7
    shuffles(booth)
    shown = booth.order()

    booth.person("Alice").skips()

    assert (booth.plays(), booth.order()) == (shown[0], shown[1:])


def test_the_same_seed_and_queue_give_the_same_order(booth):  # U-5.7
    orders = []
    for seed in (SEED, "saturday", SEED):
        shuffles(booth, seed=seed)
        orders.append(booth.order())
        shuffles(booth, on=False)

    assert orders[0] == orders[2] != orders[1]


def test_the_seed_is_kept_and_shuffling_twice_draws_nothing_new(booth):  # U-5.7
    shuffles(booth)
    shown = booth.order()

    shuffles(booth, seed="another")

    assert booth.order() == shown
    assert redis().hget(NestKeys(booth.nest_id).playback, "shuffle_seed") == SEED


def test_in_order_again_everything_stands_where_turns_votes_and_the_dj_put_it(booth):  # U-5.7
    booth.person("Bob").votes("A3", 1)
    with booth.now():
        moves.move_song(booth.person("Alice").act, booth.id_of("B3"), booth.id_of("A1"))
    before = [(row["title"], row["order"]) for row in booth.somebody.sees()["queue"]]

    shuffles(booth)
    shuffles(booth, on=False)

    after = [(row["title"], row["order"]) for row in booth.somebody.sees()["queue"]]
    assert after == before


def test_every_place_ahead_is_open_to_what_is_added_while_shuffled(booth):  # U-5.7
    shuffles(booth)
    booth.person("Alice").skips()
    shown, places = booth.order(), set()

    for number in range(12):
        title = f"New {number}"
        booth.person("Bob").adds(title)
        places.add(booth.order().index(title))
        booth.person("Bob").removes(title)

    assert booth.order() == shown
    assert len(places) > 2


def test_a_shuffled_loop_keeps_its_order(booth):  # U-5.6 U-5.7
    repeats(booth, "all")
    shuffles(booth)

    first, second = hears(booth, 7), hears(booth, 7)

    assert first == second
    assert sorted(first) == ["A1", "A2", "A3", "B1", "B2", "B3", "Now"]


def test_what_is_added_to_a_shuffled_loop_plays_once_a_round(booth):  # U-5.6 U-5.7
    repeats(booth, "all")
    shuffles(booth)
    hears(booth, 3)
    booth.person("Bob").adds("New")

    first, second = hears(booth, 8), hears(booth, 8)

    assert first == second
    assert first.count("New") == 1


def test_going_back_in_a_shuffled_loop_leaves_the_loop_as_it_was(booth):  # U-5.3 U-5.7
    repeats(booth, "all")
    shuffles(booth)
    whole = [booth.plays(), *booth.order()]
    booth.person("Alice").skips()

    booth.person("Alice").returns_to_previous()

    assert [booth.plays(), *booth.order()] == whole


def test_a_vote_waits_until_the_queue_is_in_order_again(booth):  # U-5.7 Q11
    shuffles(booth)
    shown = booth.order()
    for fan in range(3):
        booth.person(f"Fan{fan}").votes("A3", 1)
    shuffled = booth.order()

    shuffles(booth, on=False)

    assert shuffled == shown
    assert booth.order()[0] == "A3"


def test_what_the_lot_plays_costs_each_their_airtime_and_pushes_no_newcomer_back(booth):  # Q7
    shuffles(booth)
    hears(booth, 4)
    shuffles(booth, on=False)

    finish = redis().hgetall(NestKeys(booth.nest_id).fair)
    had = {name: float(finish.get(f"{name}@example.com", 0)) for name in ("alice", "bob")}
    booth.person("Carol").adds("New")

    assert sum(had.values()) == pytest.approx(5 * 180)
    waiting = [booth.row(title)["tag"] for title in booth.order() if title != "New"]
    assert booth.row("New")["tag"] <= min(waiting)


def test_benders_songs_wait_behind_a_shuffled_queue(booth):  # U-5.7
    shuffles(booth)
    bender_adds(booth, "Funk")
    booth.person("Bob").adds("New")

    assert booth.order()[-1] == "Funk"


def test_what_is_certain_to_play_next_stays_so_when_the_queue_is_shuffled(booth):  # Q8 U-5.7
    booth.passes(170)
    locked = booth.playback()["locked_song_id"]

    shuffles(booth)

    assert booth.somebody.sees()["queue"][0]["song_id"] == locked


def test_the_dj_moves_songs_of_a_shuffled_queue_and_nobody_else_does(booth):
    shuffles(booth)
    shown = booth.order()

    with booth.now():
        act = booth.person("Alice").act
        moves.move_song(act, booth.id_of(shown[4]), booth.id_of(shown[1]))
        moves.move_song(act, booth.id_of(shown[5]), booth.id_of(shown[0]))
        with pytest.raises(Refusal) as refused:
            moves.move_song(booth.person("Bob").act, booth.id_of("B3"), booth.id_of("B1"))

    assert booth.order() == [shown[5], shown[0], shown[4], shown[1], shown[2], shown[3]]
    assert refused.value.code == "place_fixed"


def test_a_removed_song_comes_back_to_its_place_on_the_circle(booth):  # Q9 U-5.7
    shuffles(booth)
    shown = booth.order()

    booth.person("Bob").undoes(booth.person("Bob").removes("B2")["undo_token"])

    assert booth.order() == shown


def test_a_song_removed_while_shuffled_comes_back_in_turn_after_it(booth):  # Q9 U-5.7
    before = booth.order()
    shuffles(booth)
    token = booth.person("Bob").removes("B2")["undo_token"]
    shuffles(booth, on=False)

    booth.person("Bob").undoes(token)

    assert booth.order() == before


def test_without_its_dj_a_nest_is_in_order_again(booth):  # P5
    before = booth.order()
    shuffles(booth)

    is_set(booth, control_mode=None)

    assert booth.order() == before
    assert booth.playback()["shuffle"] is False
    assert [event["type"] for event in booth.events()][-1] == "options_changed"


def test_a_dj_who_stays_away_takes_the_shuffling_along(booth):  # S-2.4 P5
    shuffles(booth)
    booth.person("Alice").leaves()
    booth.passes(11 + 601)

    with clock.freeze(booth.now_ms):
        outcome = grace.decide_grace(store.get_nest(booth.nest_id))

    assert outcome == "opened"
    assert booth.playback()["shuffle"] is False


# What is told


def test_options_survive_a_skip_and_a_return_and_everybody_is_told(booth):  # U-5.8
    shuffles(booth)
    repeats(booth, "all")
    told = [event for event in booth.events() if event["type"] == "options_changed"]

    booth.person("Alice").skips()
    booth.person("Bob").leaves()
    booth.person("Bob").listens()
    seen = booth.person("Bob").sees()["playback"]

    assert [(event["shuffle"], event["repeat_mode"]) for event in told] == [
        (True, "off"),
        (True, "all"),
    ]
    assert (seen["shuffle"], seen["repeat_mode"]) == (True, "all")


@pytest.mark.parametrize("on", [True, False])
def test_a_page_hears_of_options_and_says_the_same_as_a_new_one(booth, on):  # U-5.8 R8
    if not on:
        shuffles(booth)
    seen = booth.person("Bob").sees()
    page = Mirror(seen, booth.person("Bob").id, seen["rev"])

    shuffles(booth, on=on)
    repeats(booth, "all")
    hears(booth, 3)
    booth.person("Bob").adds("New")
    booth.person("Alice").returns_to_previous()
    for event in booth.events(page.rev):
        page.apply(event)

    assert comparable(page.state) == comparable(booth.person("Bob").sees())
