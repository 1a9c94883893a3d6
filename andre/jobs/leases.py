"""Who does which job: a lease for one worker at a time, and what becomes of one that is over."""

from datetime import datetime

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from andre.audit import trail
from andre.audit.models import Action
from andre.jobs.models import LONGEST_ERROR, Job, JobAttempt
from andre.jobs.registry import job_type_names
from andre.jobs.states import WAITING, JobMoved, Status
from andre.jobs.times import lease_length, retry_delay

WORKER_LOST = "Its worker was not heard of any more."

log = structlog.get_logger(__name__)


def lease_next_job(worker: str, now: datetime) -> Job | None:
    """The oldest job that is due, leased to this worker; None where there is none."""
    recover_stale_jobs(worker, now)
    while True:
        with transaction.atomic():
            job = lock_rows(due_jobs(now)).first()
            if job is None or take_lease(job, worker, now):
                return job


def due_jobs(now: datetime) -> QuerySet[Job]:
    """Of types that this process knows, without those that wait for another of their type."""
    under_way = Job.objects.filter(status=Status.RUNNING).exclude(alone="").values("alone")
    return (
        Job.objects.filter(type__in=job_type_names(), status__in=WAITING, next_run_at__lte=now)
        .exclude(alone__in=under_way)
        .order_by("next_run_at", "pk")
    )


def lock_rows(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """On PostgreSQL the next worker takes the next row. SQLite has one writer at a time anyway."""
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs


def take_lease(job: Job, worker: str, now: datetime) -> bool:
    """Whether it is this worker's now; not if another was faster, or one of its type runs."""
    try:
        with transaction.atomic():
            job.become(
                Status.RUNNING,
                now,
                attempt_count=job.attempt_count + 1,
                lease_owner=worker,
                lease_expires_at=now + lease_length(),
                started_at=job.started_at or now,
                step="",
                done=0,
                total=0,
            )
            JobAttempt.objects.create(
                job=job, number=job.attempt_count, worker=worker, started_at=now
            )
    except (JobMoved, IntegrityError):
        return False
    return True


def extend_lease(job: Job, now: datetime) -> bool:
    """Whether it still was this attempt's to be extended."""
    return rows_of_attempt(job).update(lease_expires_at=now + lease_length()) > 0


def rows_of_attempt(job: Job) -> QuerySet[Job]:
    """The job's row while this attempt is the one that runs, else none."""
    return Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempt_count=job.attempt_count)


def recover_stale_jobs(worker: str, now: datetime) -> None:
    """Jobs whose worker has let its lease run out are tried again, or have failed."""
    stale = Job.objects.filter(status=Status.RUNNING, lease_expires_at__lte=now)
    for job_id in stale.values_list("pk", flat=True):
        with transaction.atomic():
            job = lock_rows(stale.filter(pk=job_id)).first()
            if job is not None:  # Else another worker was faster, or it was extended after all.
                recover_job(job, worker, now)


def recover_job(job: Job, worker: str, now: datetime) -> None:
    owner = job.lease_owner
    give_up_attempt(job, now, WORKER_LOST, JobAttempt.Outcome.STALE, lease_owner=worker)
    told = {
        "job_id": job.pk,
        "original_lease_owner": owner,
        "recovering_worker": worker,
        "new_status": str(job.status),
    }
    trail.record_event(Action.STALE_LEASE_RECOVERY, details=told)
    log.warning("stale_lease_recovery", **told)


def give_up_attempt(
    job: Job, now: datetime, error: str, outcome: JobAttempt.Outcome, **columns: str
) -> None:
    """A failed attempt: the job waits for the next, unless it was the last or nobody wants it.

    Raises JobMoved.
    """
    text = error[:LONGEST_ERROR]
    with transaction.atomic():
        if job.cancel_requested:
            job.become(Status.CANCELLED, now, error=text, **columns)
        elif job.attempt_count >= job.max_attempts:
            job.become(Status.FAILED, now, error=text, **columns)
        else:
            due = now + retry_delay(job.attempt_count)
            job.become(Status.RETRY_WAIT, now, error=text, next_run_at=due, **columns)
        end_attempt(job, now, outcome, text)


def end_attempt(job: Job, now: datetime, outcome: JobAttempt.Outcome, error: str = "") -> None:
    latest = JobAttempt.objects.filter(job=job, number=job.attempt_count)
    latest.update(outcome=outcome, error=error, ended_at=now)
