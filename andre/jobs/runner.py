"""A worker's way with one job: lease it, call its handler, write down what became of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from structlog.contextvars import bound_contextvars

from andre.core.errors import Refusal
from andre.jobs.delivery import deliver
from andre.jobs.leases import (
    end_attempt,
    extend_lease,
    give_up_attempt,
    lease_next_job,
    rows_of_attempt,
)
from andre.jobs.models import LONGEST_ERROR, Job, JobArtifact, JobAttempt
from andre.jobs.registry import JobFault, Outcome, find_job_type
from andre.jobs.states import Status
from andre.jobs.times import current_time, lease_length, retry_delay
from andre.telemetry.spans import span

STORE_AWAY = (Refusal, DatabaseError, InterfaceError)

log = structlog.get_logger(__name__)


class JobStopped(Exception):
    """The attempt is not wanted any more: somebody cancelled the job, or another worker has it."""


def run_next_job(worker: str) -> Job | None:
    """The job that was done, whatever became of it; None where none is due."""
    job = lease_next_job(worker, current_time())
    if job is not None:
        run_job(job)
    return job


def run_job(job: Job) -> None:
    """One attempt at a job that has been leased."""
    with (
        bound_contextvars(job=job.pk, job_type=job.type, worker=job.lease_owner),
        span("job", job.type) as seen,
    ):
        log.info("job_started", attempt=job.attempt_count)
        with renew_lease(job):
            outcome = call_handler(job)
        with transaction.atomic():
            conclude(job, outcome)
        seen.note({"andre.job": job.pk, "andre.outcome": str(job.status)})


def call_handler(job: Job) -> Outcome | str | None:
    """What it gives back; a text where it failed, nothing where it stopped."""
    try:
        job_type = find_job_type(job.type)
        return job_type.run(Attempt(job), job_type.payload.model_validate(job.payload))
    except JobStopped:
        return None
    except JobFault as fault:
        return str(fault)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal.message}"
    except Exception as error:
        # Broad on purpose: whichever bug a handler has met, the job is tried again and the worker
        # goes on. What the error says may name people and paths, so that only the log has it.
        log.exception("job_handler_raised")
        return f"{type(error).__name__}: the log says why."


def conclude(job: Job, outcome: Outcome | str | None) -> None:
    """Write down how the attempt ended, if it is still the one that runs."""
    now = current_time()
    current = rows_of_attempt(job).select_for_update().first()
    if current is None:
        log.warning("job_outcome_dropped", reason="another worker has the job, or it is over")
        return
    job.cancel_requested = current.cancel_requested
    if job.cancel_requested or outcome is None:
        job.become(Status.CANCELLED, now)
        end_attempt(job, now, JobAttempt.Outcome.CANCELLED)
        log.info("job_cancelled")
    elif isinstance(outcome, str):
        give_up_attempt(job, now, outcome, JobAttempt.Outcome.FAILED)
        log.warning("job_failed", error=outcome, status=str(job.status))
        if job.status == Status.RETRY_WAIT:
            wait = retry_delay(job.attempt_count).total_seconds()
            transaction.on_commit(lambda: deliver(countdown=wait))
    else:
        job.become(Status.SUCCEEDED, now, result=dict(outcome.result), error="")
        end_attempt(job, now, JobAttempt.Outcome.SUCCEEDED)
        for name, data in outcome.artifacts.items():
            JobArtifact.objects.create(job=job, name=name, data=dict(data), created_at=now)
        log.info("job_succeeded")


class Attempt:
    """The job as its handler sees it (`RunningJob`)."""

    def __init__(self, job: Job) -> None:
        self.id: int = job.pk
        self.created_by = job.created_by
        self._job = job

    def checkpoint(self, step: str = "", done: int = 0, total: int = 0) -> None:
        """Raises JobStopped."""
        told = {"step": step[:LONGEST_ERROR], "done": done, "total": total}
        if not rows_of_attempt(self._job).filter(cancel_requested=False).update(**told):
            raise JobStopped


@contextmanager
def renew_lease(job: Job) -> Iterator[None]:
    """Inside, another thread extends the lease, however long the handler says nothing."""
    ended = threading.Event()
    thread = threading.Thread(target=keep_lease, args=(job, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def keep_lease(job: Job, ended: threading.Event) -> None:
    while not ended.wait(lease_length().total_seconds() / 3):
        try:
            if not extend_lease(job, current_time()):
                return
        except STORE_AWAY as error:  # The next time may reach it.
            log.warning("lease_not_extended", job=job.pk, error=str(error))
        finally:
            connection.close()
