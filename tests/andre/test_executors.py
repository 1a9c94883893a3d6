"""Bounded pools of threads: how many, for how long, and in whose name."""

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest

from andre.core.executors import BoundedPool, in_thread, provider_pool

REQUEST = ContextVar("request", default="nobody's")
SOON_SECONDS = 5


@pytest.fixture
def release():
    """Lets all that waits go on, at the test's end at the latest."""
    event = threading.Event()
    yield event
    event.set()


def test_nobody_waits_longer_than_said_for_an_answer(release):  # B13
    pool = BoundedPool("slow", 1)
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        pool.call_within(0.05, release.wait, SOON_SECONDS)

    assert time.monotonic() - began < SOON_SECONDS


def test_what_nobody_waits_for_any_more_is_not_begun(release):
    pool, begun = BoundedPool("slow", 1), []
    pool.submit(release.wait, SOON_SECONDS)

    with pytest.raises(TimeoutError):
        pool.call_within(0.05, begun.append, "late")
    release.set()
    pool.call_within(SOON_SECONDS, begun.append, "next")

    assert begun == ["next"]


def test_a_pool_has_so_many_threads_and_no_more(release):
    pool, running = BoundedPool("few", 2), []

    def work():
        running.append(threading.current_thread().name)
        release.wait(SOON_SECONDS)

    waiting = [pool.submit(work) for _ in range(5)]
    deadline = time.monotonic() + SOON_SECONDS
    while len(running) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    at_once = list(running)
    release.set()
    for each in waiting:
        each.result(SOON_SECONDS)

    assert len(at_once) == 2
    assert len(running) == 5
    assert all(name.startswith("few") for name in running)


@pytest.mark.django_db
def test_work_has_the_context_of_whoever_asked_for_it():
    REQUEST.set("Alice's")

    assert BoundedPool("any", 1).call_within(SOON_SECONDS, REQUEST.get) == "Alice's"
    assert asyncio.run(in_thread(REQUEST.get)) == "Alice's"


def test_each_provider_has_threads_of_its_own(release):
    for _ in range(100):
        provider_pool("slow").submit(release.wait, SOON_SECONDS)

    assert provider_pool("quick").call_within(SOON_SECONDS, lambda: "here") == "here"
    assert provider_pool("slow") is provider_pool("slow")
