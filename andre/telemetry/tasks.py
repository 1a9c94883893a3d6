"""A task says which request started it, and logs under that request's id."""

from collections.abc import Mapping
from typing import Any

import structlog
from celery import Task, signals
from celery.app.task import Context

from andre import __version__

log = structlog.get_logger(__name__)
HEADER = "andre_request_id"


def follow_the_request() -> None:
    signals.before_task_publish.connect(carry_the_request_id)
    signals.task_prerun.connect(bind_the_task)
    signals.task_postrun.connect(unbind_the_task)
    signals.worker_init.connect(log_version)
    signals.beat_init.connect(log_version)
    # With a receiver here Celery leaves logging alone, and the settings have set it up.
    signals.setup_logging.connect(keep_our_logging)


def carry_the_request_id(headers: dict[str, Any], **_: object) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id is not None:
        headers[HEADER] = request_id


def bind_the_task(task: Task[..., object], task_id: str, **_: object) -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        task=task.name, task_id=task_id, **worker_and_request(task.request)
    )


def worker_and_request(request: Context) -> Mapping[str, str]:
    carried = {"worker": request.hostname, "request_id": (request.headers or {}).get(HEADER)}
    return {name: value for name, value in carried.items() if value}


def unbind_the_task(**_: object) -> None:
    structlog.contextvars.clear_contextvars()


def log_version(**_: object) -> None:
    log.info("process_started", version=__version__)


def keep_our_logging(**_: object) -> None:
    """Being connected is all this does."""
