"""Messages of Celery's that say "look": each makes one worker take up the oldest due job."""

from typing import Any

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

RUN_DUE_JOB = "andre.jobs.tasks.run_due_job"  # By name: the task stands above and calls this.

log = structlog.get_logger(__name__)


def deliver(**options: Any) -> bool:
    """Whether a broker has taken it. `options` are Celery's: `countdown` and `expires`, in seconds.

    Without a broker the job waits in its row, and beat's next sweep sends for it.
    """
    try:
        current_app.signature(RUN_DUE_JOB).apply_async(retry=False, **options)
    except OperationalError as error:
        log.warning("job_not_delivered", error=str(error))
        return False
    return True
