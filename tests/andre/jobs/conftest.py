"""Job types of the tests' own: what each does is said by a test."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from kombu.exceptions import OperationalError
from pydantic import BaseModel, ConfigDict

from andre.core import clock
from andre.jobs import registry
from andre.jobs.registry import JobType, Outcome
from andre.jobs.submission import submit_job
from andre.jobs.times import ms_of

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
WORKER = "attic-7-0badcafe"


class Song(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str = "Blue"


class Handler:
    """Does what it is told, and remembers what it was called with."""

    def __init__(self):
        self.calls = []
        self.does = lambda job, song: Outcome({"title": song.title})

    def __call__(self, job, song):
        self.calls.append((job.id, song.title))
        return self.does(job, song)


class Clock:
    """The time of a test, which moves when it is told to."""

    def __init__(self):
        self.now = NOON

    def goes_on(self, seconds):
        self.now += timedelta(seconds=seconds)

    def __call__(self):
        return clock.freeze(ms_of(self.now))


@pytest.fixture
def at():
    return Clock()


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def hum(monkeypatch, handler):
    """A job type that hums."""
    job_type = JobType(name="hum", payload=Song, run=handler)
    monkeypatch.setattr(registry, "_types", {"hum": job_type})
    return job_type


@pytest.fixture
def solo(monkeypatch, handler):
    """One that never hums in a choir."""
    job_type = JobType(name="solo", payload=Song, run=handler, runs_alone=True)
    monkeypatch.setitem(registry._types, "solo", job_type)
    return job_type


@pytest.fixture
def sent(monkeypatch):
    """What was handed to Celery's broker: the options of each message."""
    messages = []

    def take(task, **options):
        options.pop("retry")
        messages.append(options)

    monkeypatch.setattr("celery.canvas.Signature.apply_async", take)
    return messages


@pytest.fixture
def broker_away():
    """Inside, Celery's broker takes nothing; every try is noted."""

    @contextmanager
    def away():
        tries = []

        def refuse(task, **options):
            tries.append(options)
            raise OperationalError("Connection refused.")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("celery.canvas.Signature.apply_async", refuse)
            yield tries

    return away


@pytest.fixture
def queued(hum, at):
    """Submits one, as Alice."""

    def submit(**how):
        with at():
            return submit_job(how.pop("of", hum), Song(), "alice@example.com", **how)

    return submit
