"""What a job can be, and what it becomes from there: one table, which docs/jobs.md shows."""

from django.db import models


class Status(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETRY_WAIT = "retry_wait"
    CANCELLED = "cancelled"


TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.QUEUED: (Status.RUNNING, Status.CANCELLED),
    Status.RUNNING: (Status.SUCCEEDED, Status.FAILED, Status.RETRY_WAIT, Status.CANCELLED),
    Status.RETRY_WAIT: (Status.RUNNING, Status.CANCELLED),
    Status.SUCCEEDED: (),
    Status.FAILED: (),
    Status.CANCELLED: (),
}
WAITING = (Status.QUEUED, Status.RETRY_WAIT)
TERMINAL = tuple(status for status, after in TRANSITIONS.items() if not after)
LIVE = tuple(status for status, after in TRANSITIONS.items() if after)


class IllegalTransition(Exception):
    """The table does not have it: a bug of whoever asked."""


class JobMoved(Exception):
    """Somebody else has changed the job since it was read."""


def require_transition(status: str, after: str) -> None:
    """Raises IllegalTransition."""
    if Status(after) not in TRANSITIONS[Status(status)]:
        raise IllegalTransition(f"A job that is {status} never becomes {after}.")
