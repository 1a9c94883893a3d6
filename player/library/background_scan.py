"""Scans that nobody waits for at a terminal: at start, every so often, and when an operator asks.

Each is a job (`library_scan`). The scan itself is the command, in a process of its own: it ends
with all the memory it took, and reading tags keeps no thread of the worker from its other work.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog
from celery.worker import state as worker_state
from django.conf import settings
from pydantic import BaseModel, ConfigDict

from andre.accounts.credentials import Credential
from andre.core import clock
from andre.core.conf import conf
from andre.jobs.registry import JobFault, JobType, Outcome, RunningJob
from andre.jobs.submission import live_jobs, submit_job
from andre.telemetry.spans import carry_span
from player.library.scan import resolve_root
from player.library.scan_status import (
    LIBRARY_SCAN,
    ScanStatus,
    read_scan_status,
    read_told_status,
)

MINUTE_MS = 60_000
JUST_NOW_MS = 2 * MINUTE_MS  # A start that has read the folder itself is not done over again.
LOOK_SECONDS = 1.0
WAIT_SECONDS = 300  # For a scan that somebody has begun at a terminal.
STOPPED = "The worker was told to stop."

log = structlog.get_logger(__name__)


class ScanWish(BaseModel):
    """`root` is the music folder, or one in it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    root: str | None = None
    overwrite: bool = False
    forget_missing: bool = False


def request_scan(created_by: str = "") -> ScanStatus:
    """Soon a worker reads the folder; while that is waited for or runs, nothing changes."""
    is_under_way = read_scan_status().is_under_way or live_jobs(LIBRARY_SCAN).exists()
    if not is_under_way:
        submit_job(SCAN_JOB, ScanWish(), created_by)
    return read_scan_status()


def request_scan_at_start() -> None:
    if clock.now_ms() - read_scan_status().ended_ms >= JUST_NOW_MS:
        request_scan()


def request_due_scan() -> None:
    """Every `ANDRE_SCAN_MINUTES`, counted from the end of the last one; 0 is never."""
    minutes = conf().andre_scan_minutes
    if minutes and clock.now_ms() - read_scan_status().ended_ms >= minutes * MINUTE_MS:
        request_scan()


def check_scan(wanted: ScanWish, _: Credential) -> None:
    """Raises Refusal `path_outside_library` or `library_root_missing`."""
    if wanted.root is not None:
        resolve_root(Path(wanted.root))


def run_scan(job: RunningJob, wanted: ScanWish) -> Outcome:
    """Run the command to its end, or until the job or this worker is told to stop.

    Raises JobFault.
    """
    with subprocess.Popen(
        command_of(wanted),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **{name.upper(): value for name, value in carry_span().items()}},
    ) as process:
        try:
            error = wait_for(process, partial(report_scan, job))
        finally:
            process.terminate()  # Where it has ended, nothing happens.
    status = read_told_status()
    if process.returncode != 0:
        last_line = (error.strip().splitlines() or [""])[-1]
        log.warning("library_scan_failed", code=process.returncode, reason=last_line)
        raise JobFault(describe_fault(process.returncode, status))
    log.info("library_scanned", report=status.report)
    found = {"scan_id": job.id, "tracks_added": status.added}
    return Outcome(found, {f"{LIBRARY_SCAN}_result": found})


def command_of(wanted: ScanWish) -> list[str]:
    program = [sys.executable, str(settings.BASE_DIR / "manage.py"), "scan_library"]
    options = ["--background", "--wait", str(WAIT_SECONDS)]
    if wanted.root is not None:
        options += ["--root", wanted.root]
    if wanted.overwrite:
        options.append("--overwrite")
    if wanted.forget_missing:
        options.append("--forget-missing")
    return [*program, *options]


def wait_for(process: subprocess.Popen[str], look: Callable[[], None] = lambda: None) -> str:
    """What it said of errors. `look` is called every second, and may raise to give up."""
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)[1]
        except subprocess.TimeoutExpired:
            if is_worker_stopping():
                process.terminate()
            look()


def report_scan(job: RunningJob) -> None:
    """Raises JobStopped."""
    status = read_told_status()
    is_telling = status.state == "running"
    job.checkpoint(*((status.step, status.done, status.total) if is_telling else ()))


def describe_fault(code: int, status: ScanStatus) -> str:
    """Without the folder's name: everybody who looks at jobs reads it."""
    if is_worker_stopping():
        return STOPPED
    return status.fault or f"The scan ended with exit code {code}; the log says why."


def is_worker_stopping() -> bool:
    """Celery writes an exit code there, which may be 0."""
    wishes: tuple[object, ...] = (worker_state.should_stop, worker_state.should_terminate)
    return any(wish is not None for wish in wishes)


SCAN_JOB = JobType(
    name=LIBRARY_SCAN, payload=ScanWish, run=run_scan, check=check_scan, runs_alone=True
)
