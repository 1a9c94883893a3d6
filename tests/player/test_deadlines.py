"""Ticks are sent for their moment, leased, and sent again when they are lost."""

import pytest

from andre.core import clock
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from nests.lifecycle import deletion
from nests.registry import store
from player.playback import maintenance, playback, scheduler

pytestmark = pytest.mark.django_db


def sent():
    """How many ticks wait at the broker."""
    return redis().llen("ticks")


def test_a_tick_is_sent_once_for_its_moment(nest):  # T1 T3
    due = clock.now_ms() + 2_000

    scheduler.schedule(nest.nest_id, str(due))
    scheduler.send_due()
    scheduler.send_due()

    assert sent() == 1


def test_a_deadline_told_too_late_gives_way_to_what_the_nest_knows(nest, alice):  # T3 F1
    nest.now_ms = clock.now_ms()
    alice.adds("Blue", seconds=100)
    at_first = nest.due_ms()
    alice.does("seek", 50_000)
    settled = nest.due_ms()

    scheduler.schedule(nest.nest_id, str(at_first))  # By a process that slept between the two.
    after_the_old_one = nest.due_ms()
    scheduler.schedule(nest.nest_id, "")  # As after a tick that had found the nest paused.

    assert at_first > settled
    assert after_the_old_one == nest.due_ms() == settled


def test_what_is_further_away_waits_for_its_beat(nest):  # T8
    scheduler.schedule(nest.nest_id, str(clock.now_ms() + scheduler.LOOKAHEAD_MS + 5_000))

    assert not scheduler.send_due()
    assert sent() == 0


def test_a_tick_that_was_lost_is_sent_again_a_second_after_its_moment(nest):  # T3
    due = clock.now_ms() + 500
    scheduler.schedule(nest.nest_id, str(due))
    redis().delete("ticks")  # The worker that had it is gone.
    lease_ms = redis().pttl(NestKeys(nest.nest_id).tick_lease)

    redis().delete(NestKeys(nest.nest_id).tick_lease)  # So much later.
    scheduler.send_due()

    assert 500 < lease_ms <= 500 + scheduler.LEASE_GRACE_MS
    assert sent() == 1


def test_the_sweep_rebuilds_deadlines_that_were_lost(nest, alice):  # T3
    nest.now_ms = clock.now_ms()
    alice.adds("Blue", "Green", seconds=60)
    before = nest.due_ms()
    redis().delete(GLOBAL.deadlines)

    with nest.now():
        maintenance.repair_nests()

    assert nest.due_ms() == before


def test_a_song_in_a_new_nest_is_due_at_once(nest):  # T7
    built = store.create_nest("alice@example.com", "Alice")
    playback.tick(built.nest_id)

    assert redis().zscore(GLOBAL.deadlines, built.nest_id) is None
    assert store.is_alive(built.nest_id)


def test_a_deleted_nest_is_never_ticked_again(nest):  # T7
    built = store.create_nest("alice@example.com", "Alice")
    redis().zadd(GLOBAL.deadlines, {built.nest_id: clock.now_ms()})
    deletion.delete(store.get_nest(built.nest_id), "over")
    redis().zadd(GLOBAL.deadlines, {built.nest_id: clock.now_ms()})  # A task that was too late.

    playback.tick(built.nest_id)

    assert redis().zscore(GLOBAL.deadlines, built.nest_id) is None


def test_many_ticks_are_sent_a_few_at_a_time_and_none_is_forgotten(nest):  # T2
    nests = [store.create_nest(f"p{number}@example.com", "P").nest_id for number in range(12)]
    due = clock.now_ms() + 2_000
    redis().zadd(GLOBAL.deadlines, dict.fromkeys(nests, due))

    more = [scheduler.send_due() for _ in range(4)]

    assert more == [True, True, False, False]
    assert sent() == 12
