"""Clocks that are set back or stand still, and what counts by them."""

import pickle
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from andre.celery import Every, app, steady_now
from andre.core import rate_limits
from andre.core.celery_clock import Offset
from andre.core.clock import OwnClock
from andre.core.errors import Refusal
from andre.core.redis import redis

HOUR = timedelta(hours=1)


def set_back():
    return time_machine.travel(datetime.now(UTC) - HOUR, tick=True)


def test_beats_clock_does_not_go_back():  # T8
    before = steady_now()

    with set_back():
        after = steady_now()

    assert timedelta() <= after - before < timedelta(minutes=1)


def test_what_ran_in_the_future_is_due_now():  # T8
    every = Every(1.0)

    is_due, again_in = every.is_due(every.now() + HOUR)

    assert (is_due, again_in) == (True, 1.0)


def test_what_has_just_run_is_not_due():  # T8
    every = Every(30.0)

    is_due, again_in = every.is_due(every.now() - timedelta(seconds=10))

    assert not is_due
    assert again_in == pytest.approx(20, abs=1)


def test_every_row_of_beats_schedule_goes_on_and_can_be_kept_on_disk():  # T8
    rows = app.conf.beat_schedule.values()

    kept = pickle.loads(pickle.dumps([row["schedule"] for row in rows]))

    assert {type(each) for each in kept} == {Every}
    assert kept == [row["schedule"] for row in rows]
    assert min(each.seconds for each in kept) == 1


def test_a_process_whose_clock_was_set_back_tells_by_redis_at_once():  # F1 T8
    offset = Offset()
    before = offset.now()

    with set_back():
        after = offset.now()

    assert after - before == pytest.approx(HOUR, abs=timedelta(seconds=1))


def test_a_window_is_no_longer_than_it_was_made_for():  # Q15
    for _ in range(30):
        rate_limits.consume("control", "alice@example.com")
    [window] = redis().keys("LIMITS*")
    redis().expire(window, 3_600)  # What a step back of an hour makes of ten seconds.

    with pytest.raises(Refusal) as refused:
        rate_limits.consume("control", "alice@example.com")

    assert refused.value.more["retry_after_s"] <= 10


def test_a_window_is_not_begun_anew_by_those_who_go_on():  # Q15
    rate_limits.consume("control", "alice@example.com")
    [window] = redis().keys("LIMITS*")
    redis().pexpire(window, 4_000)

    rate_limits.consume("control", "alice@example.com")

    assert redis().pttl(window) <= 4_000


def test_a_process_that_slept_has_the_time_back_with_its_first_probe():  # C1
    clock = OwnClock()
    began = time.monotonic()
    server_ms = 1_700_000_000_000.0
    for number in range(8):
        sent = began + number
        clock.note(sent, sent + 0.001, server_ms + number * 1000 + 0.5)
    before = clock.now_ms()

    # It slept for 25 s, and its monotonic clock stood still meanwhile.
    clock.note(began + 9, began + 9.010, server_ms + 34_000 + 5)

    assert clock.now_ms() - before == pytest.approx(25_000, abs=500)


def test_a_slow_probe_changes_nothing():  # C1
    clock = OwnClock()
    began = time.monotonic()
    clock.note(began, began + 0.001, 1_000.5)

    clock.note(began + 1, began + 1.4, 2_000 + 390)

    assert clock.now_ms() - (time.monotonic() - began) * 1000 == pytest.approx(1_000, abs=5)
