"""Jobs as people, programs and the server ask for them, and cancel them."""

from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from pydantic import BaseModel

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.jobs.delivery import deliver
from andre.jobs.leases import due_jobs, recover_stale_jobs, take_lease
from andre.jobs.models import USUAL_ATTEMPTS, Job
from andre.jobs.registry import JobType
from andre.jobs.runner import run_job
from andre.jobs.states import LIVE, TERMINAL, WAITING, JobMoved, Status
from andre.jobs.times import current_time
from andre.jobs.workers import forget_old_workers, worker_name

KEPT = timedelta(days=30)
MOST_DELIVERIES = 100
SWEEP_SECONDS = 30  # As beat calls it; what is sent is too old then.

Mode = Literal["async", "sync"]

log = structlog.get_logger(__name__)


def submit_job(
    job_type: JobType[Any],
    payload: BaseModel,
    created_by: str = "",
    *,
    mode: Mode = "async",
    idempotency_key: str | None = None,
    max_attempts: int = USUAL_ATTEMPTS,
) -> Job:
    """A new job, or the one that this key was used for already.

    `sync` makes its first attempt here and now; where that fails, workers go on.
    """
    now = current_time()
    job = Job(
        type=job_type.name,
        payload=payload.model_dump(mode="json"),
        mode=mode,
        idempotency_key=idempotency_key,
        is_confidential=job_type.is_confidential(payload),
        alone=job_type.name if job_type.runs_alone else "",
        max_attempts=max_attempts,
        next_run_at=now,
        created_by=created_by,
        created_at=now,
    )
    try:
        with transaction.atomic():  # With its lease, so that no worker is faster than `sync`.
            job.save()
            is_ours = mode == "sync" and take_lease(job, worker_name(), now)
    except IntegrityError:
        return Job.objects.get(type=job_type.name, idempotency_key=idempotency_key)
    log.info("job_submitted", job=job.pk, job_type=job.type, mode=mode)
    if is_ours:
        run_job(job)
        job.refresh_from_db()
    else:
        transaction.on_commit(deliver)
    return job


def require_async_jobs() -> None:
    """Raises Refusal `async_jobs_disabled`."""
    if not conf().andre_async_jobs_enabled:
        raise Refusal("async_jobs_disabled", "On this server jobs run at once or not at all.")


def cancel_job(job_id: int, now: datetime) -> Job:
    """One that waits is cancelled, one that runs is at its next checkpoint; one that is over stays.

    Raises Refusal `not_found`.
    """
    while True:
        job = find_job(job_id)
        if job.is_over or job.cancel_requested:
            return job
        try:
            if job.status in WAITING:
                job.become(Status.CANCELLED, now)
                log.info("job_cancelled", job=job.pk, job_type=job.type)
                return job
        except JobMoved:
            continue
        Job.objects.filter(pk=job.pk, status=Status.RUNNING).update(cancel_requested=True)


def find_job(job_id: int) -> Job:
    """Raises Refusal `not_found`."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Refusal("not_found", "There is no job with this number.")
    return job


def live_jobs(job_type: str) -> QuerySet[Job]:
    return Job.objects.filter(type=job_type, status__in=LIVE)


def sweep_jobs(now: datetime) -> None:
    """What a lost message, a lost worker or a broker that was away has left behind."""
    recover_stale_jobs(worker_name(), now)
    for _ in range(min(due_jobs(now).count(), MOST_DELIVERIES)):
        if not deliver(expires=SWEEP_SECONDS):
            break  # Every further try would cost a time-out.
    forget_old_workers(now)


def forget_old_jobs(now: datetime) -> None:
    """Those with an idempotency key stay: what was asked for under one is never done again."""
    old = Job.objects.filter(status__in=TERMINAL, finished_at__lt=now - KEPT)
    old.filter(idempotency_key=None).delete()


def end_all_jobs(now: datetime) -> None:
    """For a server that was restored: what was under way belongs to the day of the backup."""
    for job in Job.objects.filter(status__in=LIVE):
        job.become(Status.CANCELLED, now)
