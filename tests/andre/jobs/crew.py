"""A worker as a process of its own, for tests that want several, or one that dies.

    python -m tests.andre.jobs.crew LEDGER [--die]

Each job writes a line into the ledger; with `--die` the process kills itself in the middle of one.
"""

import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from pydantic import BaseModel  # noqa: E402

from andre.jobs.registry import JobType, Outcome, RunningJob, register_job_type  # noqa: E402


class Nothing(BaseModel):
    pass


def crew_job(ledger: Path, dies: bool = False) -> JobType[Nothing]:
    def work(job: RunningJob, _: Nothing) -> Outcome:
        with ledger.open("a") as file:
            file.write(f"{job.id} {os.getpid()}\n")
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome({})

    return JobType(name="crew", payload=Nothing, run=work)


if __name__ == "__main__":
    register_job_type(crew_job(Path(sys.argv[1]), dies="--die" in sys.argv))
    call_command("run_worker", "--once")
