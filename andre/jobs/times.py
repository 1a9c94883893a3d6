"""The moments of jobs: by the clock that all machines share, and how long a retry waits."""

from datetime import UTC, datetime, timedelta

from andre.core import clock
from andre.core.conf import conf

DELAYS_SECONDS = (2, 10, 30)  # After the first, the second, and every later failed attempt.


def current_time() -> datetime:
    return datetime.fromtimestamp(clock.now_ms() / 1000, UTC)


def ms_of(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def retry_delay(attempt: int) -> timedelta:
    return timedelta(seconds=DELAYS_SECONDS[min(attempt, len(DELAYS_SECONDS)) - 1])


def lease_length() -> timedelta:
    return timedelta(seconds=conf().andre_worker_lease_seconds)
