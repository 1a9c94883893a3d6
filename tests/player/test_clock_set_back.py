"""The clock of the store is set back by an hour, and the evening goes on."""

import time

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from nests.membership import members
from player.playback import scheduler
from player.scripts import lua

pytestmark = pytest.mark.django_db

HOUR = 3600
HOUR_MS = HOUR * 1000


def test_the_song_keeps_the_position_it_had_reached_and_goes_on(nest, alice):  # P1
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(20)

    nest.clock_goes_back(HOUR)
    at_first = nest.playback()["position_ms"]
    nest.passes(10)
    later = nest.playback()["position_ms"]

    assert (at_first, later) == (20_000, 30_000)


def test_the_next_song_starts_on_its_moment(nest, alice):  # T1 C3
    alice.adds("Blue", "Green", seconds=60)
    began = nest.playback()["changed_at_ms"]
    nest.passes(20)

    nest.clock_goes_back(HOUR)
    nest.passes(41)

    assert nest.plays() == "Green"
    assert nest.playback()["changed_at_ms"] == began + 60_000
    assert nest.playback()["position_ms"] == 1_000


def test_a_tick_that_is_due_is_sent(nest, alice):  # T3
    alice.adds("Blue", "Green", seconds=60)
    redis().delete("ticks", NestKeys(nest.nest_id).tick_lease)
    nest.passes(43)

    nest.clock_goes_back(HOUR)
    with nest.now():
        scheduler.send_due()

    assert redis().llen("ticks") == 1


def test_a_pause_and_a_seek_mean_what_they_say(nest, alice):  # P3
    alice.adds("Blue", seconds=60)
    nest.passes(20)

    nest.clock_goes_back(HOUR)
    nest.passes(5)
    alice.does("pause")
    paused = nest.playback()["position_ms"]
    alice.does("seek", 40_000)
    alice.does("play")
    nest.passes(5)

    assert paused == 25_000
    assert nest.playback()["position_ms"] == 45_000


def test_whoever_looks_before_beat_does_sees_no_earlier_moment(nest, alice):  # P1
    alice.adds("Blue", seconds=60)
    nest.passes(20)
    with nest.now():
        clock.note_ms()

    nest.now_ms -= HOUR_MS
    seen = nest.playback()

    assert seen["position_ms"] == 20_000
    assert seen["server_ms"] == nest.now_ms + HOUR_MS


def test_no_event_is_dated_before_the_one_ahead_of_it(nest, alice, bob):  # R1
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(61)
    nest.clock_goes_back(HOUR)
    nest.passes(3)
    alice.does("pause")
    alice.adds("Red")
    nest.clock_goes_back(25)
    alice.does("play")

    moments = [event["ts"] for event in nest.events()]

    assert moments == sorted(moments)


def test_what_somebody_did_is_noted_though_beat_is_away(nest, alice):  # R1 T8
    alice.adds("Blue", seconds=60)
    nest.passes(20)
    alice.does("pause")

    nest.now_ms -= HOUR_MS
    alice.does("play")

    moments = [event["ts"] for event in nest.events()]
    assert moments == sorted(moments)
    assert nest.playback()["position_ms"] == 20_000


def test_beat_notes_the_time_while_nobody_does_anything(nest, alice):  # P1 T8
    alice.adds("Blue", seconds=60)
    nest.passes(20)
    with nest.now():
        scheduler.send_due()

    nest.now_ms -= HOUR_MS

    assert nest.playback()["position_ms"] == 20_000


def test_a_second_step_back_is_added_to_the_first(nest, alice):  # P1
    alice.adds("Blue", seconds=180)
    nest.passes(20)

    for _ in range(2):
        nest.clock_goes_back(HOUR)
        nest.passes(10)

    assert nest.playback()["position_ms"] == 40_000
    assert nest.lag_ms() == 2 * HOUR_MS


def test_once_the_clock_is_right_again_it_counts_by_itself(nest, alice):
    alice.adds("Blue", seconds=180)
    nest.passes(20)
    nest.clock_goes_back(HOUR)
    nest.passes(10)

    nest.now_ms += HOUR_MS
    with nest.now():
        clock.note_ms()

    assert nest.playback()["position_ms"] == 30_000
    assert nest.lag_ms() == 0


def test_a_song_that_has_just_played_is_welcome_again_after_half_an_hour(nest, alice):  # Q5
    alice.adds("Blue", seconds=60)
    nest.passes(61)

    nest.clock_goes_back(HOUR)
    nest.passes(28 * 60)
    too_soon = alice.adds("Blue")
    nest.passes(2 * 60)
    again = alice.adds("Blue")

    assert too_soon["rejected"][0]["error"] == "played_recently"
    assert again["rejected"] == []


def test_an_empty_nest_freezes_after_ten_seconds(nest, alice, bob):  # N18
    alice.adds("Blue")
    nest.passes(20)
    bob.leaves()
    nest.passes(4)

    nest.clock_goes_back(HOUR)
    nest.passes(5)
    not_yet = nest.playback()["play_state"]
    nest.passes(2)

    assert not_yet == "playing"
    assert nest.playback()["play_state"] == "paused"
    assert nest.playback()["position_ms"] == 30_000


def test_airhorns_are_counted_on(nest, alice, bob):  # Q14
    from andre.core.errors import Refusal
    from player.queue import reactions

    alice.adds("Blue")
    with nest.now():
        reactions.blow_airhorn(bob.act, "goose")
        reactions.blow_airhorn(bob.act, "goose")
    nest.clock_goes_back(HOUR)

    nest.passes(10)
    with nest.now(), pytest.raises(Refusal):
        reactions.blow_airhorn(bob.act, "goose")
    nest.passes(15)
    with nest.now():
        reactions.blow_airhorn(bob.act, "goose")


def test_who_is_gone_without_a_word_is_let_go_after_ninety_seconds_more(nest, bob):  # N12
    # Redis expires by its own clock: set back by an hour, a sign of life of 90 s holds for 3,690.
    liveness = NestKeys(nest.nest_id).member(bob.email)
    redis().expire(liveness, 90 + HOUR)

    members.prune(nest.nest_id)

    assert redis().ttl(liveness) <= 90


def test_a_tick_that_was_lost_is_sent_again_whatever_expires_when(nest):  # T3
    act = CommandContext(nest.nest_id)
    due = nest.now_ms + 2_000
    with nest.now():
        lua.lease_tick(act, due_ms=due, lease_ms=3_000)
    redis().expire(NestKeys(nest.nest_id).tick_lease, HOUR)

    nest.now_ms += 2_900
    with nest.now():
        on_its_way = lua.lease_tick(act, due_ms=due, lease_ms=1_000)
    nest.now_ms += 101
    with nest.now():
        lost = lua.lease_tick(act, due_ms=due, lease_ms=1_000)

    assert (on_its_way, lost) == (["busy"], ["leased"])


def test_beat_sees_that_it_was_lost_whatever_expires_when(nest, alice):  # T3
    alice.adds("Blue", seconds=60)
    nest.now_ms += 58_000
    with nest.now():
        scheduler.send_due()
        scheduler.send_due()
    at_first = redis().llen("ticks")
    redis().expire(NestKeys(nest.nest_id).tick_lease, HOUR)

    nest.now_ms += 3_001
    with nest.now():
        scheduler.send_due()

    assert (at_first, redis().llen("ticks")) == (1, 2)


def test_python_and_lua_agree_on_the_time_of_a_real_server(nest):
    ahead = round(time.time() * 1000) + HOUR_MS  # As if its clock had stood there a moment ago.
    redis().hset(GLOBAL.clock, mapping={"reached_ms": ahead, "lag_ms": 0})

    noted = clock.note_ms()
    later = clock.now_ms()

    assert ahead <= noted <= later < ahead + 60_000
    assert int(redis().hget(GLOBAL.clock, "lag_ms")) == pytest.approx(HOUR_MS, abs=60_000)
