"""Deaf workers are found out."""

import pytest

from andre.redis import redis
from player.services import workers


@pytest.fixture
def _patience_is_over(monkeypatch):
    monkeypatch.setattr(workers, "_started", workers.time.monotonic() - 61)


@pytest.mark.usefixtures("_patience_is_over")
def test_workers_that_show_life_are_well():  # T8
    for worker in workers.WORKERS:
        workers.show_life(worker)

    assert workers.are_alive()


@pytest.mark.usefixtures("_patience_is_over")
def test_one_silent_worker_is_noticed_within_a_minute():  # T8
    workers.show_life("ticks")

    assert not workers.are_alive()
    from andre.keys import GLOBAL

    assert 0 < redis().ttl(GLOBAL.alive("ticks")) <= 60


def test_a_house_that_has_just_opened_waits_for_its_workers(monkeypatch):  # T8
    monkeypatch.setattr(workers, "_started", workers.time.monotonic())

    assert workers.are_alive()


def test_no_task_is_due_further_ahead_than_a_minute():  # T8
    from player.services import deadlines

    assert deadlines.LOOKAHEAD_MS <= 60_000


def test_tasks_sent_by_name_are_tasks_there_are():  # T5
    from celery import current_app

    from player import tasks
    from player.services import deadlines, history

    assert {deadlines.TICK_NEST, history.RECORD_PLAY} <= set(current_app.tasks)
    assert tasks.tick_nest.name == deadlines.TICK_NEST
