"""How the scan of the music folder goes: one at a time on all machines, its progress in Redis."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Literal

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import hold_renewed_lock, redis
from andre.jobs.models import Job
from andre.jobs.states import Status
from andre.jobs.times import ms_of
from player.library.progress_bar import Told

LEASE_SECONDS = 60.0  # So long after its process was killed, another scan may begin.
TELL_EVERY_SECONDS = 1.0
LIBRARY_SCAN = "library_scan"  # The type of its job.
BROKE_OFF = "It broke off; the log says why."

State = Literal["never", "waiting", "running", "finished", "failed"]
# Shows how far a step with this title is, while it lasts.
Progress = Callable[[str], AbstractContextManager[Told | None]]


@dataclass(frozen=True)
class ScanStatus:
    """`done` of `total` files of this step; `report` is one line about the last scan that ended,
    `added` how many tracks it found, and `fault` the code of what it refused.
    """

    state: State = "never"
    step: str = ""
    done: int = 0
    total: int = 0
    asked_ms: int = 0
    began_ms: int = 0
    ended_ms: int = 0
    report: str = ""
    added: int = 0
    fault: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


def read_scan_status() -> ScanStatus:
    """Of the scan that runs, wherever it was begun; else of the one that waits, or was the last."""
    status = read_told_status()
    job = Job.objects.filter(type=LIBRARY_SCAN).first()
    if status.state == "running" or job is None:
        return status
    if job.is_over:
        return with_failure(status, job)
    began_at = job.started_at if job.status == Status.RUNNING else None
    if began_at is not None and ms_of(began_at) <= status.ended_ms:
        return status  # It has ended just now, and its job is about to.
    asked_ms = ms_of(job.created_at)
    return replace(status, state="waiting", step="", done=0, total=0, asked_ms=asked_ms, report="")


def with_failure(status: ScanStatus, job: Job) -> ScanStatus:
    """A job may fail before its scan has begun, or be cancelled; the scan itself tells more."""
    ended_ms = ms_of(job.finished_at) if job.finished_at else 0
    if job.status == Status.SUCCEEDED or ended_ms <= status.ended_ms:
        return status
    if status.state == "failed":
        return replace(status, ended_ms=ended_ms)
    report = job.error or "It was cancelled."
    return replace(status, state="failed", ended_ms=ended_ms, report=report)


def read_told_status() -> ScanStatus:
    """As scans themselves tell it. One whose process has died has failed."""
    pipe = redis().pipeline(transaction=False)
    pipe.get(GLOBAL.library_scan)
    pipe.exists(GLOBAL.library_scan_lock)
    text, is_held = pipe.execute()
    status = ScanStatus(**json.loads(text)) if text else ScanStatus()
    if status.state == "running" and not is_held:
        return replace(status, state="failed", report="It was stopped before its end.")
    return status


def save_scan_status(status: ScanStatus) -> None:
    redis().set(GLOBAL.library_scan, json.dumps(asdict(status)))


class RunningScan:
    """The one that runs: `state`, `report`, `added` and `fault` are what is kept of it."""

    def __init__(self, show: Progress) -> None:
        self.state: State = "failed"  # Until it has come to its end.
        self.report = BROKE_OFF
        self.added = 0
        self.fault = ""
        self._show = show
        asked_ms = read_scan_status().asked_ms
        self._status = ScanStatus(state="running", asked_ms=asked_ms, began_ms=clock.now_ms())
        save_scan_status(self._status)

    @contextmanager
    def progress(self, title: str) -> Iterator[Told]:
        """The same on the terminal, where there is one, and for whoever looks from elsewhere."""
        told_at = time.monotonic()
        self._tell(step=title, done=0, total=0)
        with self._show(title) as show:

            def tell(done: int, total: int) -> None:
                nonlocal told_at
                if show:
                    show(done, total)
                if time.monotonic() - told_at >= TELL_EVERY_SECONDS or done == total:
                    told_at = time.monotonic()
                    self._tell(step=title, done=done, total=total)

            yield tell

    def end(self) -> None:
        save_scan_status(
            replace(
                self._status,
                state=self.state,
                report=self.report,
                added=self.added,
                fault=self.fault,
                ended_ms=clock.now_ms(),
            )
        )

    def _tell(self, *, step: str, done: int, total: int) -> None:
        self._status = replace(self._status, step=step, done=done, total=total)
        save_scan_status(self._status)


@contextmanager
def hold_scan(show: Progress, wait_seconds: float = 0) -> Iterator[RunningScan]:
    """Be the scan that runs. Raises Refusal `scan_running` if another is, after waiting for it."""
    with hold_renewed_lock(GLOBAL.library_scan_lock, LEASE_SECONDS, wait_seconds) as is_ours:
        if not is_ours:
            raise Refusal("scan_running", "The music folder is being read already.")
        scan = RunningScan(show)
        try:
            yield scan
            scan.state = "finished"
        except Refusal as refusal:
            scan.report, scan.fault = refusal.message, refusal.code
            raise
        finally:
            scan.end()
