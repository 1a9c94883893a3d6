"""Jobs in the admin: Alice runs this server, Bob does not."""

import pytest

from andre.audit.models import AuditEvent
from andre.jobs.leases import lease_next_job
from andre.jobs.models import Job
from andre.jobs.registry import Outcome
from andre.jobs.workers import record_worker
from tests.andre.jobs.conftest import NOON, WORKER
from tests.support.backstage import ESCAPED, HOSTILE, browser_of, operator_browser, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sent")]
LIST = "/admin/jobs/job/"
WHY = {"reason": "because"}


@pytest.fixture
def alice(settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    return operator_browser("Alice")


def page_of(job):
    return f"{LIST}{job.pk}/change/"


def test_the_list_shows_how_far_each_is(alice, queued):  # K-4.9
    job = queued()
    lease_next_job(WORKER, NOON)
    Job.objects.update(step="Tuning", done=3, total=8)

    [row] = rows_of(alice.get(LIST))

    assert row[1:6] == [str(job.pk), "hum", "Running", "Tuning: 3 of 8", "1 of 3"]
    assert "alice@example.com" in row


def test_a_job_is_shown_with_its_attempts_and_artifacts(alice, queued, handler):  # K-4.9
    handler.does = lambda job, song: Outcome({"bars": 8}, {"tune": {"key": HOSTILE}})
    job = queued(mode="sync")

    answer = alice.get(page_of(job))

    said = text_of(answer)
    assert "Succeeded" in said
    assert "&quot;bars&quot;: 8" in said
    assert "tune" in said
    assert ESCAPED in answer.content.decode()
    assert "Cancel this job" not in answer.content.decode()
    assert 'http-equiv="refresh"' not in answer.content.decode()


def test_a_job_that_waits_is_cancelled_by_a_button(alice, queued):  # K-4.4
    job = queued()
    page = alice.get(page_of(job)).content.decode()
    assert f'href="{LIST}{job.pk}/cancel/"' in page
    assert 'http-equiv="refresh"' in page

    alice.get(f"{LIST}{job.pk}/cancel/")
    alice.post(f"{LIST}{job.pk}/cancel/", {"reason": " "})
    assert Job.objects.get().status == "queued"
    answer = alice.post(f"{LIST}{job.pk}/cancel/", WHY, follow=True)

    assert "The job is cancelled." in text_of(answer)
    assert Job.objects.get().status == "cancelled"


def test_one_that_runs_is_asked_to_stop(alice, queued):  # K-4.4
    job = queued()
    lease_next_job(WORKER, NOON)

    answer = alice.post(f"{LIST}{job.pk}/cancel/", WHY, follow=True)

    assert "The job ends as soon as it can." in text_of(answer)
    assert "It is being cancelled" in answer.content.decode()


def test_several_are_cancelled_from_the_list(alice, queued):  # K-4.4
    jobs = [queued(), queued()]

    selected = {"action": "cancel_selected", "_selected_action": [job.pk for job in jobs]}
    alice.post(LIST, selected | {"reason": " "})
    untouched = {job.status for job in Job.objects.all()}
    alice.post(LIST, selected | WHY)

    assert untouched == {"queued"}
    assert {job.status for job in Job.objects.all()} == {"cancelled"}
    entries = AuditEvent.objects.filter(action="operator_acted")
    assert [(entry.details["act"], entry.reason) for entry in entries] == [
        ("cancel", "because")
    ] * 2


def test_a_job_is_done_again_as_another_one(alice, queued, handler):
    job = queued(mode="sync", idempotency_key="tonight", max_attempts=5)

    answer = alice.post(f"{LIST}{job.pk}/again/", WHY, follow=True)

    again = Job.objects.first()
    assert answer.redirect_chain == [(page_of(again), 302)]
    assert (again.status, again.payload, again.max_attempts) == ("queued", job.payload, 5)
    assert (again.idempotency_key, again.created_by) == (None, "alice@example.com")
    assert Job.objects.count() == 2


def test_what_nobody_knows_any_more_is_not_done_again(alice, queued):
    job = queued()
    Job.objects.update(type="dance")

    answer = alice.post(f"{LIST}{job.pk}/again/", WHY, follow=True)

    assert "knows no such job any more" in text_of(answer)
    assert Job.objects.count() == 1


def test_workers_are_listed(alice):  # K-4.10
    record_worker(WORKER, "upkeep", NOON)

    [row] = rows_of(alice.get("/admin/jobs/workerheartbeat/"))

    assert row[:2] == [WORKER, "upkeep"] or row[1:3] == [WORKER, "upkeep"]


def test_nobody_else_comes_in(queued):
    job = queued()
    bob = browser_of("Bob")

    for answer in (bob.get(LIST), bob.post(f"{LIST}{job.pk}/cancel/")):
        assert answer.status_code in (302, 403)
    assert Job.objects.get().status == "queued"
