"""The music folder is read at start, every so often and when asked, one job at a time (H17)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from celery.worker import state as worker_state
from django.core.management import CommandError, call_command
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core import clock
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.jobs.leases import lease_next_job
from andre.jobs.models import Job
from andre.jobs.registry import JobFault
from andre.jobs.runner import JobStopped
from andre.jobs.states import Status
from andre.jobs.submission import cancel_job, submit_job
from andre.jobs.times import current_time, ms_of
from player.library import background_scan, library_root
from player.library.background_scan import SCAN_JOB, ScanWish
from player.library.progress_bar import bar
from player.library.scan import scan_library
from player.library.scan_status import (
    ScanStatus,
    hold_scan,
    read_scan_status,
    save_scan_status,
)
from player.models import Track
from tests.player.library_shelf import flac
from tests.support.backstage import operator_browser, text_of
from tests.support.database import database_url

pytestmark = pytest.mark.django_db
PAGE = "/admin/player/track/scan/"


@pytest.fixture(autouse=True)
def _sent_nowhere(monkeypatch):
    """What would go to Celery stays here."""
    monkeypatch.setattr("celery.canvas.Signature.apply_async", lambda task, **_: None)


def scan_jobs():
    return Job.objects.filter(type="library_scan")


def in_place_of_the_command(monkeypatch, code):
    """The job starts this program of Python's; the commands it meant to start."""
    meant, start = [], subprocess.Popen

    def popen(command, **how):
        meant.append(command)
        return start([sys.executable, "-c", code], **how)

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(background_scan, "LOOK_SECONDS", 0.05)
    return meant


class Watched:
    """A running job that notes what it is told, and is cancelled when that is said."""

    id, created_by = 7, ""

    def __init__(self, is_cancelled=lambda: False):
        self.told = []
        self.is_cancelled = is_cancelled

    def checkpoint(self, *told):
        self.told.append(told)
        if self.is_cancelled():
            raise JobStopped


@pytest.fixture
def operator(settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    return operator_browser("Alice")


def key_of(email, role):
    owner = Person.objects.create(email=email, name=role)
    return {"X-Andre-API-Key": api_keys.issue(owner, role)[1]}


def ended(minutes_ago, **more):
    ended_ms = clock.now_ms() - minutes_ago * 60_000
    save_scan_status(ScanStatus(state="finished", ended_ms=ended_ms, **more))


def test_a_scan_tells_how_far_it_is_and_what_it_found(root):  # H17
    seen = []
    flac(root / "One.flac", seconds=1)

    with hold_scan(bar) as scan:
        with scan.progress("Reading the library") as tell:
            tell(1, 1)
            seen.append(read_scan_status())
        scan.report = "1 added"

    assert (seen[0].state, seen[0].step) == ("running", "Reading the library")
    assert (seen[0].done, seen[0].total) == (1, 1)
    assert (read_scan_status().state, read_scan_status().report) == ("finished", "1 added")
    call_command("scan_library")
    assert read_scan_status().report.startswith("1 added, 0 updated")


def test_only_one_scan_runs_at_a_time(root):  # H17
    with hold_scan(bar):
        with pytest.raises(CommandError, match="being read already"):
            call_command("scan_library")
        assert read_scan_status().state == "running"

    call_command("scan_library")


def test_a_scan_that_is_refused_says_why(root):  # U-7.4
    root.rmdir()

    with pytest.raises(CommandError):
        call_command("scan_library")

    assert read_scan_status().state == "failed"
    assert "is not there" in read_scan_status().report


def test_a_scan_that_breaks_off_lets_the_next_one_begin(root):
    with pytest.raises(ZeroDivisionError), hold_scan(bar):
        raise ZeroDivisionError

    broken = read_scan_status()
    assert (broken.state, broken.report) == ("failed", "It broke off; the log says why.")
    call_command("scan_library")


def test_a_scan_whose_process_was_killed_has_failed(root):
    save_scan_status(ScanStatus(state="running", began_ms=clock.now_ms()))

    assert read_scan_status().state == "failed"
    assert not redis().exists(GLOBAL.library_scan_lock)


def test_asking_while_one_waits_or_runs_changes_nothing():  # H17 U-7.3
    first = background_scan.request_scan()
    second = background_scan.request_scan()

    assert first == second
    assert first.state == "waiting"
    assert scan_jobs().count() == 1


def test_while_somebody_scans_at_a_terminal_no_job_is_added():  # U-7.3
    with hold_scan(bar):
        background_scan.request_scan()

    assert not scan_jobs().exists()


def test_a_second_scan_begins_when_the_first_is_over():  # U-7.3
    first, second = (submit_job(SCAN_JOB, ScanWish()) for _ in range(2))
    now = current_time()

    assert [lease_next_job("attic", now), lease_next_job("cellar", now)] == [first, None]
    Job.objects.get(pk=first.pk).become(Status.FAILED, now)
    assert lease_next_job("cellar", now) == second


def test_a_job_that_failed_before_its_scan_began_says_so():
    background_scan.request_scan()
    job = lease_next_job("attic", current_time())
    later = current_time() + timedelta(seconds=5)
    job.become(Status.FAILED, later, error="Its worker was not heard of any more.")

    status = read_scan_status()
    assert (status.state, status.report) == ("failed", "Its worker was not heard of any more.")
    assert status.ended_ms == ms_of(later)
    assert background_scan.request_scan().state == "waiting"


def test_one_that_was_cancelled_says_so():
    background_scan.request_scan()
    cancel_job(scan_jobs().get().pk, current_time() + timedelta(seconds=1))

    assert (read_scan_status().state, read_scan_status().report) == (
        "failed",
        "It was cancelled.",
    )


@pytest.mark.parametrize(
    ("setting", "minutes_ago", "count"), [("60", 61, 1), ("60", 59, 0), ("0", 600, 0), ("5", 6, 1)]
)
def test_the_folder_is_read_every_so_often(settle, setting, minutes_ago, count):  # H17
    settle(ANDRE_SCAN_MINUTES=setting)
    ended(minutes_ago)

    background_scan.request_due_scan()

    assert scan_jobs().count() == count


@pytest.mark.parametrize(("minutes_ago", "count"), [(1, 0), (3, 1)])
def test_a_start_reads_the_folder_unless_it_was_read_just_now(minutes_ago, count):  # H17
    ended(minutes_ago)

    background_scan.request_scan_at_start()

    assert scan_jobs().count() == count


def test_a_worker_runs_the_command_in_a_process_of_its_own(monkeypatch):  # H17 L1
    meant = in_place_of_the_command(monkeypatch, "print('done')")
    wanted = ScanWish(root="/music/new", overwrite=True, forget_missing=True)
    ended(0, added=3)

    outcome = background_scan.run_scan(Watched(), wanted)

    assert Path(meant[0][1]).name == "manage.py"
    assert meant[0][2:] == [
        *("scan_library", "--background", "--wait", "300", "--root", "/music/new"),
        *("--overwrite", "--forget-missing"),
    ]
    found = {"scan_id": 7, "tracks_added": 3}
    assert outcome.result == found
    assert outcome.artifacts == {"library_scan_result": found}


def test_the_job_shows_how_far_the_scan_is(monkeypatch):  # U-7.3
    in_place_of_the_command(monkeypatch, "import time; time.sleep(60)")

    with hold_scan(bar) as scan, scan.progress("Reading the library") as tell:
        tell(7, 7)
        job = Watched(is_cancelled=lambda: len(job.told) > 1)
        with pytest.raises(JobStopped):
            background_scan.run_scan(job, ScanWish())

    assert job.told[0] == ("Reading the library", 7, 7)


def test_a_scan_ends_with_its_worker(monkeypatch):
    in_place_of_the_command(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(worker_state, "should_stop", os.EX_OK)

    with pytest.raises(JobFault, match="told to stop"):
        background_scan.run_scan(Watched(), ScanWish())


@pytest.fixture
def _its_process_finds_it(monkeypatch, root):
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("ANDRE_MUSIC_ROOT", str(root))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_its_process_finds_it")
def test_the_job_reads_the_folder(root):  # U-7.3 L1
    flac(root / "One.flac", seconds=1)

    job = submit_job(SCAN_JOB, ScanWish(), mode="sync")

    assert (job.status, job.error) == ("succeeded", "")
    assert job.artifacts.get().data == {"scan_id": job.pk, "tracks_added": 1}
    assert [track.title for track in Track.objects.all()] == ["One"]
    assert read_scan_status().state == "finished"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_its_process_finds_it")
def test_the_job_says_by_its_code_why_a_scan_was_refused(root):  # U-7.4
    root.rmdir()

    job = submit_job(SCAN_JOB, ScanWish(), mode="sync", max_attempts=1)

    assert (job.status, job.error) == ("failed", "library_root_missing")
    assert str(root) not in job.error


def test_a_path_outside_the_library_is_no_job(root):  # U-7.4
    alice = key_of("alice@example.com", "operator")
    body = {"job_type": "library_scan", "payload": {"root": "/etc"}}

    answer = Client().post("/api/jobs/submit", body, "application/json", headers=alice)

    assert (answer.status_code, answer.json()["error"]) == (400, "path_outside_library")
    assert not scan_jobs().exists()


def test_an_operator_asks_over_http_and_a_listener_may_not():  # H17 U-7.3
    alice, bob = key_of("alice@example.com", "operator"), key_of("bob@example.com", "viewer")

    answer = Client().post("/api/library/scan", headers=alice)

    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert Client().get("/api/library/scan", headers=alice).json() == answer.json()
    assert Client().post("/api/library/scan", headers=bob).status_code == 403
    assert scan_jobs().get().created_by == "alice@example.com"


def test_an_operator_sees_the_scan_and_starts_one(operator):  # H17
    ended(5, report="3 added, 1 skipped")
    assert "3 added, 1 skipped" in text_of(operator.get(PAGE))
    assert PAGE in operator.get("/admin/player/track/").content.decode()

    answer = operator.post(PAGE, {"reason": "new records"}, follow=True)

    assert scan_jobs().get().status == "queued"
    assert "as soon as a worker is free" in text_of(answer)


def test_the_page_shows_how_far_it_is(operator):  # H17
    with hold_scan(bar) as scan, scan.progress("Reading the library") as tell:
        tell(7, 7)
        answer = operator.get(PAGE)

    assert "Reading the library: 7 of 7" in text_of(answer)
    assert 'http-equiv="refresh"' in answer.content.decode()


@pytest.fixture
def moved(root, settings):
    """The library was read from one folder; the music root is another one now, with one song."""
    flac(root / "One.flac", seconds=1)
    flac(root / "Two.flac", seconds=1)
    scan_library(root)
    settings.MUSIC_ROOT = root.with_name("other")
    flac(settings.MUSIC_ROOT / "One.flac", seconds=1)
    return settings.MUSIC_ROOT


def test_another_music_root_withdraws_nothing_and_says_what_to_do(root, moved, capsys):  # H17
    call_command("scan_library")

    said = capsys.readouterr().out
    assert Track.objects.filter(available=True).count() == 2
    assert str(root) in said
    assert str(moved) in said
    assert "--forget-missing" in said
    assert "--forget-missing" in read_scan_status().report
    assert library_root.former_root(moved) == root  # It is said again at each scan.


def test_another_music_root_is_taken_once_that_is_said(moved):  # H17
    call_command("scan_library", "--forget-missing")

    assert Track.objects.filter(available=True).count() == 1
    assert library_root.former_root(moved) is None


def test_a_music_root_with_the_same_songs_is_taken_at_once(root, moved):  # H17
    flac(moved / "Two.flac", seconds=1)

    call_command("scan_library")

    assert library_root.former_root(moved) is None
    assert library_root.former_root(root) == moved


def test_no_demonstration_is_made_beside_somebodys_library(moved, capsys):  # H17
    call_command("make_demo_library", "--first", "1")

    assert [path.name for path in moved.iterdir()] == ["One.flac"]
    assert "nothing is made" in capsys.readouterr().out
