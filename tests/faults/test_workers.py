"""The worker that ticks, beat and upkeep die, sleep and double; the music hardly notices."""

import os
import signal
import subprocess
import sys
import time

from tests.faults.conftest import RESUMES_WITHIN_MS
from tests.support.crowd import until
from tests.support.whole_house import ROOT, environ_of

TICKS, UPKEEP, BEAT = "ticks", "upkeep", " beat "
ASLEEP_SECONDS = 8


def test_the_worker_that_ticks_is_killed_while_nothing_plays(house, evening):  # F1 T3
    with evening() as crowd:
        crowd.is_silent()
        crowd.people[0].tells("pause")
        house.dies(TICKS)
        crowd.people[0].tells("play")
        crowd.talks(1)


def test_the_worker_that_ticks_is_killed_in_the_middle_of_a_song(house, evening):  # F1 T3
    with evening() as crowd:
        house.dies(TICKS)
        crowd.talks(2)


def test_the_worker_that_ticks_is_killed_as_one_song_gives_way_to_the_next(house, evening):  # F1 T1
    with evening() as crowd:
        crowd.is_silent()
        crowd.hears_new_songs()
        ends_at = crowd.playback["ends_at_ms"]
        worker = house.pid_of(TICKS)
        until(lambda: time.time() * 1000 >= ends_at - 1)
        os.kill(worker, signal.SIGKILL)
        crowd.talks(2)


def test_the_worker_that_ticks_sleeps_for_a_while_and_does_nothing_twice(house, evening):  # F1 T1
    with evening(late_ms=1000 * ASLEEP_SECONDS + RESUMES_WITHIN_MS) as crowd:
        worker = house.pid_of(TICKS)
        os.kill(worker, signal.SIGSTOP)
        try:
            crowd.talks(ASLEEP_SECONDS)
        finally:
            os.kill(worker, signal.SIGCONT)


def test_beat_is_killed(house, evening):  # F1 T8
    with evening() as crowd:
        house.dies(BEAT)
        crowd.talks(1)


def test_beat_runs_twice(house, evening, tmp_path):  # F1 T8
    schedule = str(tmp_path / "beat")
    command = [sys.executable, "-m", "celery", "-A", "andre", "beat", "--schedule", schedule]
    other = subprocess.Popen(command, cwd=ROOT, env=environ_of(house.pid_of(BEAT)))
    try:
        with evening() as crowd:
            crowd.hears_new_songs()
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_upkeep_dies_and_the_broker_forgets_yet_history_has_each_play_once(house, evening):  # F1 T4
    with evening() as crowd:
        house.dies(UPKEEP)
        with house.redis() as redis:
            redis.delete("ticks", "upkeep", *redis.scan_iter("unacked*"))
        crowd.talks(1)
