"""Deaf workers are found out."""

import pytest
from celery.signals import after_task_publish

from andre.core.redis import redis
from player.playback import worker_heartbeats


@pytest.fixture
def _patience_is_over(monkeypatch):
    monkeypatch.setattr(worker_heartbeats, "_started", worker_heartbeats.time.monotonic() - 61)


@pytest.mark.usefixtures("_patience_is_over")
def test_workers_that_show_life_are_well():  # T8
    for worker in worker_heartbeats.WORKERS:
        worker_heartbeats.record_heartbeat(worker)

    assert worker_heartbeats.workers_are_alive()


@pytest.mark.usefixtures("_patience_is_over")
def test_one_silent_worker_is_noticed_within_a_minute():  # T8
    worker_heartbeats.record_heartbeat("ticks")

    assert not worker_heartbeats.workers_are_alive()
    from andre.core.keys import GLOBAL

    assert 0 < redis().ttl(GLOBAL.alive("ticks")) <= 60


def test_a_house_that_has_just_opened_waits_for_its_workers(monkeypatch):  # T8
    monkeypatch.setattr(worker_heartbeats, "_started", worker_heartbeats.time.monotonic())

    assert worker_heartbeats.workers_are_alive()


def test_no_task_is_due_further_ahead_than_a_minute():  # T8
    from player.playback import scheduler

    assert scheduler.LOOKAHEAD_MS <= 60_000


def test_tasks_sent_by_name_are_tasks_there_are():  # T5
    from celery import current_app

    from player import tasks
    from player.history import history
    from player.playback import scheduler

    assert {scheduler.TICK_NEST, history.RECORD_PLAY} <= set(current_app.tasks)
    assert tasks.tick_nest.name == scheduler.TICK_NEST


def test_beat_shows_life_with_what_it_sends():  # H14 H16
    from andre.core.keys import GLOBAL
    from player import tasks

    tasks.follow_beat()
    try:
        after_task_publish.send(sender="player.tasks.tick_all")
        silent = redis().exists(GLOBAL.alive("beat"))
        after_task_publish.send(sender="player.tasks.show_life")
    finally:
        after_task_publish.disconnect(tasks.record_beat, sender="player.tasks.show_life")

    assert (silent, redis().exists(GLOBAL.alive("beat"))) == (0, 1)
