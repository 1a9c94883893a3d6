"""When a task begins and when it is too old, told between processes by the time of Redis.

Celery writes both as times of the sender's clock and reads them by the worker's own. Where one of
the two is wrong by a minute, every tick would be too old to be done, and the music would stop.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import celery
from celery.signals import before_task_publish
from celery.worker.request import Request

from andre.core import clock
from andre.core.errors import Refusal

SECONDS_BETWEEN_LOOKS = 10
ON_THE_WIRE = ("eta", "expires")
STEP_SECONDS = 0.1  # A clock that is only slewed goes wrong by less between two looks.


class Offset:
    """How far the time of Redis is ahead of this process's clock, looked at now and then."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._looked_at: float | None = None
        self._ahead = 0.0  # This process's wall clock, of its monotonic one.

    def now(self) -> timedelta:
        at = time.monotonic()
        ahead = time.time() - at
        is_old = self._looked_at is None or at - self._looked_at > SECONDS_BETWEEN_LOOKS
        if is_old or abs(ahead - self._ahead) > STEP_SECONDS:
            self._looked_at, self._ahead = at, ahead
            self._look()
        return self._offset

    def _look(self) -> None:
        try:
            ms = clock.now_ms()
        except Refusal:
            return  # What was true ten seconds ago still is, nearly.
        self._offset = datetime.fromtimestamp(ms / 1000, UTC) - datetime.now(UTC)


offset = Offset()


@before_task_publish.connect
def tell_by_redis(headers: dict[str, Any] | None = None, **_: object) -> None:
    for name in ON_THE_WIRE:
        if headers and headers.get(name):
            moment = datetime.fromisoformat(headers[name])
            headers[name] = (moment + offset.now()).isoformat()


class ByRedis(Request):
    """A task as it arrives, its times turned back into those of this worker's clock."""

    _eta: datetime | None
    _expires: datetime | None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self._eta is not None:
            self._eta -= offset.now()
        if self._expires is not None:
            self._expires -= offset.now()


class Task(celery.Task):  # type: ignore[type-arg]
    Request = "andre.core.celery_clock:ByRedis"
