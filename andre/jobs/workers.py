"""Processes that do jobs: what each is called, and when it was last heard of."""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from celery import signals
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet

from andre.core.errors import Refusal
from andre.jobs.models import LONGEST_NAME, WorkerHeartbeat
from andre.jobs.times import current_time

HEARTBEAT_SECONDS = 10.0
SHOWN = timedelta(seconds=30)
FORGOTTEN = timedelta(days=1)
STORE_AWAY = (Refusal, DatabaseError, InterfaceError)

log = structlog.get_logger(__name__)


def worker_name() -> str:
    return name_of_process(os.getpid())


@cache
def name_of_process(pid: int) -> str:
    """{host}-{pid}-{8 hex}: a process that has been given the number of another is not that one."""
    return f"{socket.gethostname()}-{pid}-{secrets.token_hex(4)}"


def record_worker(worker: str, kind: str, now: datetime) -> None:
    seen = {"kind": kind[:LONGEST_NAME], "seen_at": now}
    WorkerHeartbeat.objects.update_or_create(
        worker=worker, defaults=seen, create_defaults={**seen, "started_at": now}
    )


def recent_workers(now: datetime) -> QuerySet[WorkerHeartbeat]:
    return WorkerHeartbeat.objects.filter(seen_at__gt=now - SHOWN)


def forget_old_workers(now: datetime) -> None:
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


@contextmanager
def show_worker(kind: str) -> Iterator[str]:
    """Inside, this process is listed as a worker, under the name that is yielded."""
    heartbeat = Heartbeat(kind)
    heartbeat.start()
    try:
        yield worker_name()
    finally:
        heartbeat.end()


class Heartbeat(threading.Thread):
    """Writes every ten seconds that this process is there."""

    def __init__(self, kind: str) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.kind = kind
        self._ended = threading.Event()

    def run(self) -> None:
        while True:
            try:
                record_worker(worker_name(), self.kind, current_time())
            except STORE_AWAY as error:  # The next time may reach it.
                log.warning("worker_not_shown", error=str(error))
            finally:
                connection.close()
            if self._ended.wait(HEARTBEAT_SECONDS):
                return

    def end(self) -> None:
        self._ended.set()
        self.join()


def show_celery_workers() -> None:
    signals.worker_ready.connect(begin_heartbeat)
    signals.worker_shutdown.connect(end_heartbeat)


_of_celery: list[Heartbeat] = []


def begin_heartbeat(sender: Any, **_: object) -> None:  # noqa: ANN401 - Celery's consumer.
    heartbeat = Heartbeat(str(sender.hostname).partition("@")[0])
    heartbeat.start()
    _of_celery.append(heartbeat)


def end_heartbeat(**_: object) -> None:
    while _of_celery:
        _of_celery.pop().end()
