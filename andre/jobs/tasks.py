"""What Celery delivers of jobs, and what beat looks after."""

from celery import shared_task

from andre.jobs import runner, submission
from andre.jobs.times import current_time
from andre.jobs.workers import worker_name


@shared_task(ignore_result=True)
def run_due_job() -> None:
    runner.run_next_job(worker_name())


@shared_task(ignore_result=True)
def sweep_jobs() -> None:
    submission.sweep_jobs(current_time())


@shared_task(ignore_result=True)
def forget_old_jobs() -> None:
    submission.forget_old_jobs(current_time())
