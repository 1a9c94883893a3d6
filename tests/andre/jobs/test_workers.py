"""Workers: processes that share one table, one that dies, and one that is told to stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from andre.jobs import tasks, workers
from andre.jobs.leases import recover_stale_jobs
from andre.jobs.models import Job, WorkerHeartbeat
from andre.jobs.registry import Outcome, register_job_type
from andre.jobs.submission import submit_job
from andre.jobs.times import current_time
from tests.andre.jobs.conftest import NOON, WORKER, Song
from tests.andre.jobs.crew import Nothing, crew_job
from tests.support.database import database_url

pytestmark = pytest.mark.django_db(transaction=True)


def crew(ledger, *options):
    """A worker on this test's database."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.andre.jobs.crew", str(ledger), *options],
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def _sent_nowhere(sent):
    """What would go to Celery stays here."""


@pytest.mark.slow
@pytest.mark.usefixtures("hum", "_sent_nowhere")
def test_four_workers_do_forty_jobs_once_each(tmp_path):  # K-4.8
    ledger = tmp_path / "ledger"
    job_type = crew_job(ledger)
    register_job_type(job_type)
    jobs = [submit_job(job_type, Nothing()).pk for _ in range(40)]

    processes = [crew(ledger) for _ in range(4)]
    said = [process.communicate(timeout=120) for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, said
    done = [int(line.split()[0]) for line in ledger.read_text().splitlines()]
    assert sorted(done) == jobs
    assert set(Job.objects.values_list("status", "attempt_count")) == {("succeeded", 1)}
    assert sum(int(re.match(r"\d+", out)[0]) for out, _ in said) == 40


@pytest.mark.slow
@pytest.mark.usefixtures("hum", "_sent_nowhere")
def test_what_a_killed_worker_had_begun_is_done_by_another(tmp_path):  # K-4.7
    ledger = tmp_path / "ledger"
    job_type = crew_job(ledger)
    register_job_type(job_type)
    submit_job(job_type, Nothing())

    died = crew(ledger, "--die")
    died.communicate(timeout=60)
    left = Job.objects.get()
    recover_stale_jobs(WORKER, left.lease_expires_at)
    Job.objects.update(next_run_at=current_time())
    call_command("run_worker", "--once", stdout=StringIO())

    job = Job.objects.get()
    assert died.returncode == -signal.SIGKILL
    assert (left.status, left.lease_owner.split("-")[-2]) == ("running", str(died.pid))
    assert (job.status, job.attempt_count) == ("succeeded", 2)
    assert [attempt.outcome for attempt in job.attempts.all()] == ["stale", "succeeded"]
    pids = Counter(line.split()[1] for line in ledger.read_text().splitlines())
    assert pids == {str(died.pid): 1, str(os.getpid()): 1}


@pytest.mark.usefixtures("_sent_nowhere")
def test_two_that_race_with_one_key_get_one_job(hum):  # K-4.3
    barrier, found = threading.Barrier(4), []

    def race():
        try:
            barrier.wait(timeout=20)
            found.append(submit_job(hum, Song(), idempotency_key="tonight").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [Job.objects.get().pk] * 4


@pytest.mark.usefixtures("_sent_nowhere")
@pytest.mark.parametrize(
    ("options", "done"), [(["--once"], 3), (["--max-jobs", "2"], 2), (["--max-jobs", "9"], 3)]
)
def test_a_worker_without_a_broker_drains_the_table(hum, handler, options, done):  # K-4.10
    for _ in range(3):
        submit_job(hum, Song())
    said = StringIO()

    call_command("run_worker", *options, stdout=said)

    assert said.getvalue() == f"{done} jobs done\n"
    assert len(handler.calls) == Job.objects.filter(status="succeeded").count() == done
    with pytest.raises(CommandError):
        call_command("run_worker", "--once", "--max-jobs", "1")


@pytest.mark.usefixtures("_sent_nowhere")
def test_told_to_stop_a_worker_ends_its_job_and_begins_no_other(hum, handler):  # K-4.10
    first, second = submit_job(hum, Song()), submit_job(hum, Song())

    def is_told_to_stop(job, song):
        signal.raise_signal(signal.SIGTERM)
        return Outcome({})

    handler.does = is_told_to_stop
    said = StringIO()
    call_command("run_worker", stdout=said)  # It returns, and so the process ends with 0.

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("succeeded", "queued")
    assert said.getvalue() == "1 job done\n"


def test_a_worker_is_named_by_host_process_and_chance():  # K-4.10
    name = workers.worker_name()

    assert re.fullmatch(rf"{re.escape(socket.gethostname())}-{os.getpid()}-[0-9a-f]{{8}}", name)
    assert name == workers.worker_name()
    assert workers.name_of_process(7) != workers.name_of_process(8)


@pytest.mark.usefixtures("_sent_nowhere")
def test_a_worker_shows_itself_while_it_works(hum, handler):  # K-4.10
    submit_job(hum, Song())
    seen = []

    def looks(job, song):
        for _ in range(200):
            seen[:] = workers.recent_workers(current_time())
            if seen:
                return Outcome({})
            threading.Event().wait(0.05)

    handler.does = looks
    call_command("run_worker", "--once", stdout=StringIO())

    assert [(each.worker, each.kind) for each in seen] == [(workers.worker_name(), "run_worker")]


def test_a_worker_of_celerys_shows_itself_under_its_name():  # K-4.10
    class Consumer:
        hostname = "upkeep@attic"

    workers.begin_heartbeat(Consumer())
    workers.end_heartbeat()

    [shown] = WorkerHeartbeat.objects.all()
    assert (shown.worker, shown.kind) == (workers.worker_name(), "upkeep")


def test_workers_of_yesterday_are_forgotten():
    workers.record_worker("attic", "upkeep", NOON)
    workers.record_worker("cellar", "upkeep", NOON + timedelta(seconds=2))

    workers.forget_old_workers(NOON + timedelta(days=1, seconds=1))

    assert [each.worker for each in WorkerHeartbeat.objects.all()] == ["cellar"]


@pytest.mark.usefixtures("_sent_nowhere")
def test_celery_does_one_job_for_each_message(hum, handler):  # K-4.8
    submit_job(hum, Song())
    submit_job(hum, Song())

    tasks.run_due_job.apply(throw=True)

    assert len(handler.calls) == 1


@pytest.mark.usefixtures("_sent_nowhere")
def test_a_lease_is_renewed_while_the_handler_says_nothing(hum, handler, settle):  # K-4.5
    settle(ANDRE_WORKER_LEASE_SECONDS="3")
    submit_job(hum, Song())
    seen = []

    def is_silent(job, song):
        begun = Job.objects.get().lease_expires_at
        for _ in range(200):
            if Job.objects.get().lease_expires_at > begun:
                seen.append("renewed")
                return Outcome({})
            threading.Event().wait(0.05)

    handler.does = is_silent
    call_command("run_worker", "--once", stdout=StringIO())

    assert seen == ["renewed"]
