"""A worker that slept for more than a minute with a tick in its hand does nothing twice."""

import pytest

from andre.core.keys import GLOBAL
from andre.core.redis import redis
from player.history import history
from player.models import Play
from player.playback import maintenance

pytestmark = pytest.mark.django_db
ASLEEP_SECONDS = 70


def test_a_tick_that_comes_seventy_seconds_late_finds_nothing_to_do(nest, alice):  # F1 T1
    alice.adds("Blue", "Green", "Red", seconds=60)
    nest.passes(59)  # Here one worker takes the tick that is due in a second, and sleeps.
    nest.passes(ASLEEP_SECONDS)  # Others do its work.
    before, due = nest.events(), nest.due_ms()

    nest.ticks()  # It wakes.

    assert nest.plays() == "Red"
    assert (nest.events(), nest.due_ms()) == (before, due)


def test_alone_it_makes_good_what_it_slept_through_once(nest, alice):  # F1 T1 T3
    alice.adds("Blue", "Green", "Red", seconds=60)
    nest.now_ms += 1_000 * (60 + ASLEEP_SECONDS)

    for _ in range(3):
        nest.ticks()

    assert nest.plays() == "Green"  # Late by more than anyone would miss: from its beginning.
    assert nest.playback()["position_ms"] == 0
    assert [event["type"] for event in nest.events()].count("song_finished") == 1


def test_history_written_twice_has_each_play_once(nest, alice):  # F1 T4
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(60)
    waiting = redis().hgetall(alice.act.keys.pending_plays)
    with nest.now():
        history.record(nest.nest_id)
    redis().hset(alice.act.keys.pending_plays, mapping=waiting)  # As another worker still sees it.

    with nest.now():
        history.record(nest.nest_id)
        maintenance.repair_nests()

    assert Play.objects.filter(title="Blue").count() == 1
    assert redis().zscore(GLOBAL.deadlines, nest.nest_id) is not None
