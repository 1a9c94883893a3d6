"""Jobs over HTTP: Olga operates this server, Bob listens, Charlie is nobody's guest."""

from datetime import timedelta

import pytest
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core.person_ids import person_id
from andre.jobs import registry, runner
from andre.jobs.models import Job
from andre.jobs.registry import JobType, Outcome
from andre.jobs.times import current_time
from andre.jobs.workers import record_worker
from tests.andre.jobs.conftest import NOON, WORKER, Song

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hum", "sent")]


def program(role, name=None):
    owner = Person.objects.at(f"{name or role}@example.com", name=role)
    return Client(headers={"X-Andre-API-Key": api_keys.issue(owner, role)[1]})


@pytest.fixture
def olga():
    return program("operator", "olga")


@pytest.fixture
def bob():
    return program("viewer", "bob")


def asks(client, **body):
    return client.post(
        "/api/jobs/submit", {"job_type": "hum", **body}, content_type="application/json"
    )


def test_an_operator_gets_a_job_that_waits(olga, sent, django_capture_on_commit_callbacks):  # K-4.2
    with django_capture_on_commit_callbacks(execute=True):
        answer = asks(olga, payload={"title": "Green"})

    told = answer.json()
    assert (answer.status_code, told["status"], told["mode"]) == (200, "queued", "async")
    assert (told["payload"], told["max_attempts"]) == ({"title": "Green"}, 3)
    assert told["id"] == Job.objects.get().pk
    assert told["created_by"] == person_id("olga@example.com")
    assert len(sent) == 1


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 200), ("admin", 200)])
def test_who_may_ask_for_one(role, status):  # K-4.2
    assert asks(program(role)).status_code == status


def test_nobody_asks_without_credentials():  # K-4.2
    assert asks(Client()).status_code == 401
    assert Client().get("/api/jobs").status_code == 401


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"job_type": "dance"}, "unsupported_job_type"),
        ({"max_attempts": 0}, "validation_error"),
        ({"max_attempts": 11}, "validation_error"),
        ({"mode": "shadow"}, "validation_error"),
        ({"payload": {"title": 7}}, "validation_error"),
        ({"payload": {"loud": True}}, "validation_error"),
        ({"idempotency_key": ""}, "validation_error"),
        ({"payload": {"title": "\0"}}, "malformed"),
        ({"speed": 3}, "validation_error"),
    ],
)
def test_what_cannot_be_asked_for(olga, body, error):  # K-4.2
    answer = asks(olga, **body)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert not Job.objects.exists()


def test_where_workers_do_none_sync_still_does(olga, settle):  # K-4.2
    settle(ANDRE_ASYNC_JOBS_ENABLED="false")

    answer = asks(olga)

    assert (answer.status_code, answer.json()["error"]) == (400, "async_jobs_disabled")
    assert asks(olga, mode="sync").json()["status"] == "succeeded"


def test_sync_answers_after_its_first_attempt(olga, handler):  # K-4.2
    handler.does = lambda job, song: Outcome({"bars": 8}, {"tune": {"key": "Am"}})

    told = asks(olga, mode="sync").json()

    assert (told["status"], told["result"], told["attempt_count"]) == ("succeeded", {"bars": 8}, 1)
    assert [(each["name"], each["data"]) for each in told["artifacts"]] == [("tune", {"key": "Am"})]


def test_a_key_is_the_same_job_for_whoever_asks(olga):  # K-4.3
    first = asks(olga, idempotency_key="tonight").json()

    second = asks(program("admin"), idempotency_key="tonight").json()

    assert second["id"] == first["id"]
    assert Job.objects.count() == 1


def test_a_listener_sees_everything_of_a_job(olga, bob, handler):  # K-4.9
    handler.does = lambda job, song: Outcome({"bars": 8}, {"tune": {"key": "Am"}})
    job_id = asks(olga, mode="sync").json()["id"]

    told = bob.get(f"/api/jobs/{job_id}").json()

    assert (told["status"], told["result"]) == ("succeeded", {"bars": 8})
    [attempt] = told["attempts"]
    assert (attempt["number"], attempt["outcome"], attempt["error"]) == (1, "succeeded", "")
    assert told["artifacts"][0]["data"] == {"key": "Am"}
    assert "olga@example.com" not in str(told)


def test_a_job_that_is_not_there(olga, bob):  # K-4.4 K-4.9
    for answer in (
        bob.get("/api/jobs/999"),
        olga.post("/api/jobs/999/cancel"),
        bob.get("/api/jobs/first"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_an_operator_cancels_and_a_listener_does_not(olga, bob):  # K-4.4
    job_id = asks(olga).json()["id"]

    refused = bob.post(f"/api/jobs/{job_id}/cancel")
    done = olga.post(f"/api/jobs/{job_id}/cancel")
    again = olga.post(f"/api/jobs/{job_id}/cancel")

    assert refused.status_code == 403
    assert (done.status_code, done.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()) == (200, done.json())


def test_one_that_runs_says_that_it_will_be_cancelled(olga, handler):  # K-4.4
    told = []

    def works(job, song):
        told.append(olga.post(f"/api/jobs/{job.id}/cancel").json())
        job.checkpoint()

    handler.does = works
    asks(olga)
    runner.run_next_job(WORKER)

    assert [(each["status"], each["cancel_requested"]) for each in told] == [("running", True)]
    assert Job.objects.get().status == "cancelled"


@pytest.fixture
def five():
    """Jobs of five minutes, the last by Bob and of another kind."""
    made = [
        Job.objects.create(
            type="hum" if minute < 4 else "dance",
            status="queued" if minute % 2 else "failed",
            created_by="olga@example.com" if minute < 4 else "bob@example.com",
            next_run_at=NOON,
            created_at=NOON + timedelta(minutes=minute),
        )
        for minute in range(5)
    ]
    return [job.pk for job in made]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, [4, 3, 2, 1, 0]),
        ({"status": "queued"}, [3, 1]),
        ({"job_type": "dance"}, [4]),
        ({"created_by": person_id("olga@example.com")}, [3, 2, 1, 0]),
        ({"created_by": "bob@example.com"}, [4]),
        ({"created_by": "olga@example.com"}, []),
        ({"created_after": "2030-06-01T12:01:00Z"}, [4, 3, 2]),
        ({"created_before": "2030-06-01T12:01:00+00:00"}, [0]),
        ({"limit": "2"}, [4, 3]),
        ({"limit": "2", "offset": "3"}, [1, 0]),
    ],
)
def test_the_list_has_the_newest_first(bob, five, query, places):  # K-4.9
    told = bob.get("/api/jobs", query).json()

    assert [job["id"] for job in told["jobs"]] == [five[place] for place in places]
    paged = "limit" in query
    assert told["total"] == (5 if paged else len(places))
    assert (told["limit"], told["offset"]) == (
        int(query.get("limit", 100)),
        int(query.get("offset", 0)),
    )


@pytest.mark.parametrize(
    "query",
    [
        {"status": "tired"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "many"},
        {"offset": "-1"},
        {"created_after": "yesterday"},
        {"created_before": "2030-06-01T12:00:00"},
    ],
)
def test_a_value_that_is_none_is_refused(bob, query):  # K-4.9
    answer = bob.get("/api/jobs", query)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_what_is_confidential_is_for_operators_and_its_creator(olga, bob, monkeypatch):  # K-4.9
    whisper = JobType(
        name="whisper",
        payload=Song,
        run=lambda job, song: Outcome({}),
        is_confidential=lambda song: True,
    )
    monkeypatch.setitem(registry._types, "whisper", whisper)
    job_id = asks(olga, job_type="whisper").json()["id"]
    own = Job.objects.create(
        type="whisper",
        is_confidential=True,
        created_by="bob@example.com",
        next_run_at=NOON,
        created_at=NOON,
    ).pk

    assert bob.get(f"/api/jobs/{job_id}").status_code == 404
    assert [job["id"] for job in bob.get("/api/jobs").json()["jobs"]] == [own]
    assert olga.get(f"/api/jobs/{job_id}").status_code == 200


def test_an_admin_sees_the_workers_of_the_last_half_minute(olga):  # K-4.10
    now = current_time()
    for name, age in (("attic", 31), ("cellar", 29), (WORKER, 0)):
        record_worker(name, "upkeep", now - timedelta(seconds=age))
    asks(olga)
    Job.objects.update(status="running", lease_owner=WORKER)

    told = program("admin").get("/api/workers").json()["workers"]

    assert [(each["worker"], each["kind"], each["jobs"]) for each in told] == [
        (WORKER, "upkeep", [Job.objects.get().pk]),
        ("cellar", "upkeep", []),
    ]
    assert olga.get("/api/workers").status_code == 403
