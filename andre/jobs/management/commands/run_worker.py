"""Do jobs in this process, without a broker."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from andre.jobs.runner import run_next_job
from andre.jobs.workers import show_worker

SECONDS_BETWEEN_LOOKS = 1.0


class Command(BaseCommand):
    help = "Do the jobs that are due, oldest first; without an option, until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how_many = parser.add_mutually_exclusive_group()
        how_many.add_argument("--once", action="store_true", help="do all that is due, and end")
        how_many.add_argument("--max-jobs", type=int, help="do so many of what is due, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """SIGTERM and Ctrl-C let the job that runs come to its end, and no other begin."""
        most, ended = options["max_jobs"], threading.Event()
        ends_when_idle = options["once"] or most is not None
        before = [
            (each, signal.signal(each, lambda *_: ended.set()))
            for each in (signal.SIGTERM, signal.SIGINT)
        ]
        count = 0
        try:
            with show_worker("run_worker") as worker:
                while not ended.is_set() and (most is None or count < most):
                    close_old_connections()
                    if run_next_job(worker) is not None:
                        count += 1
                    elif ends_when_idle:
                        break
                    else:
                        ended.wait(SECONDS_BETWEEN_LOOKS)
        finally:
            for each, handler in before:
                signal.signal(each, handler)
        self.stdout.write(f"{count} job{'' if count == 1 else 's'} done")
