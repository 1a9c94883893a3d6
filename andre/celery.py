"""The Celery application: ticks have a queue and a worker of their own, upkeep has the other."""

import os
import time
from datetime import UTC, datetime, timedelta

from celery import Celery
from celery.schedules import schedule

# By name, because a worker asks a task class for its kind of request so.
NEST_TIMED = "andre.core.celery_clock:Task"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

app = Celery("andre", task_cls=NEST_TIMED)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_begun = datetime.now(UTC), time.monotonic()


def steady_now() -> datetime:
    """The wall clock as it was when this process began, gone on with the monotonic one."""
    at_first, began = _begun
    return at_first + timedelta(seconds=time.monotonic() - began)


class Every(schedule):
    """A row of beat's schedule that goes on when the machine's clock is set back.

    Celery counts from the last run, by the wall clock: after an hour back nothing would run for an
    hour, the ticks included. What ran in the future, before a restart, is due now.
    """

    def __init__(self, run_every: float | timedelta, *_: object, **__: object) -> None:
        super().__init__(run_every, nowfun=steady_now)

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        if self.maybe_make_aware(last_run_at) > self.now():
            return timedelta()
        return super().remaining_estimate(last_run_at)
