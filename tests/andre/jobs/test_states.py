"""What a job becomes, and what it never does."""

import itertools
import re

import pytest

from andre.jobs.models import Job, JobAttempt
from andre.jobs.states import TRANSITIONS, IllegalTransition, JobMoved, Status
from andre.web.docs_generator import ROOT
from tests.andre.jobs.conftest import NOON, WORKER

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("queued", "running"),
    ("queued", "cancelled"),
    ("running", "succeeded"),
    ("running", "failed"),
    ("running", "retry_wait"),
    ("running", "cancelled"),
    ("retry_wait", "running"),
    ("retry_wait", "cancelled"),
}


def a_job(status):
    return Job.objects.create(
        type="hum",
        status=status,
        lease_owner=WORKER,
        lease_expires_at=NOON,
        next_run_at=NOON,
        created_at=NOON,
    )


@pytest.mark.parametrize(("before", "after"), [*itertools.product(Status, Status)])
def test_a_job_becomes_only_what_the_table_has(before, after):  # K-4.1
    job = a_job(before)

    if (before, after) in ALLOWED:
        job.become(after, NOON)
    else:
        with pytest.raises(IllegalTransition):
            job.become(after, NOON)

    expected = after if (before, after) in ALLOWED else before
    assert job.status == Job.objects.get().status == expected


def test_the_documentation_has_the_same_table():  # K-4.1
    page = (ROOT / "docs/jobs.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.M)

    told = {before: set(re.findall(r"`(\w+)`", after)) for before, after in rows}

    assert {name: told.get(name) for name in Status.values} == {
        str(status): {str(after) for after in afters} for status, afters in TRANSITIONS.items()
    }


@pytest.mark.parametrize("after", TRANSITIONS[Status.RUNNING])
def test_on_every_way_out_of_running_the_lease_ends(after):  # K-4.5
    a_job("running").become(after, NOON)

    job = Job.objects.get()
    assert (job.lease_owner, job.lease_expires_at) == ("", None)


def test_who_read_an_older_row_writes_nothing():  # K-4.8
    late = a_job("running")
    Job.objects.get().become(Status.CANCELLED, NOON)

    with pytest.raises(JobMoved):
        late.become(Status.SUCCEEDED, NOON, result={"title": "Blue"})

    assert Job.objects.get().status == "cancelled"
    assert Job.objects.get().result is None
    assert not JobAttempt.objects.exists()


@pytest.mark.parametrize("changed", [{"attempt_count": 1}, {"cancel_requested": True}])
def test_a_running_job_is_another_after_another_lease_or_a_cancellation(changed):  # K-4.4 K-4.8
    late = a_job("running")
    Job.objects.update(**changed)

    with pytest.raises(JobMoved):
        late.become(Status.SUCCEEDED, NOON)

    assert Job.objects.get().status == "running"
