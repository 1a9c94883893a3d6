"""What a load balancer hears."""

import pytest
from django.db import OperationalError, connection

from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.telemetry import health
from player.playback import worker_heartbeats

pytestmark = pytest.mark.urls("andre.telemetry.urls")


@pytest.fixture(autouse=True)
def _the_workers_live():
    for process in (*worker_heartbeats.WORKERS, worker_heartbeats.BEAT):
        worker_heartbeats.record_heartbeat(process)


@pytest.fixture
def another_part(monkeypatch):
    """Parts registered for one test only."""
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    return health.register_check


# K-6.2
def test_the_process_lives_and_touches_nothing(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


# K-6.2
@pytest.mark.django_db
def test_it_is_ready_when_all_parts_answer(client):
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/health").json() == {
        "status": "ok",
        "parts": {
            "database": "ok",
            "redis": "ok",
            "subscriber": "ok",
            "worker": "ok",
            "beat": "ok",
        },
    }


# K-6.2
@pytest.mark.django_db
def test_a_redis_that_is_away_is_named(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["missing"] == ["redis"]
    assert answer.json()["message"] == "Not answering: redis."
    parts = client.get("/health").json()["parts"]
    assert (parts["database"], parts["redis"]) == ("ok", "unavailable")


# K-6.2
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_named(client, monkeypatch):
    def away(*_):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(connection, "cursor", away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["missing"] == ["database"]


# K-6.2
@pytest.mark.django_db
@pytest.mark.parametrize("part", ["subscriber", "worker"])
def test_a_registered_part_that_is_away_is_named(client, another_part, part):
    another_part(part, lambda: False)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["missing"] == [part]
    assert client.get("/health").status_code == 503
    assert client.get("/health").json()["parts"][part] == "unavailable"


# H16 K-6.2
@pytest.mark.django_db
@pytest.mark.parametrize("gone", [*worker_heartbeats.WORKERS, worker_heartbeats.BEAT])
def test_a_dead_worker_or_beat_is_of_the_house_and_not_of_this_process(client, gone, monkeypatch):
    monkeypatch.setattr(worker_heartbeats, "_started", float("-inf"))
    redis().delete(GLOBAL.alive(gone))

    house, process = client.get("/health"), client.get("/readyz")

    assert (house.status_code, process.status_code) == (503, 200)
    assert house.json()["missing"] == ["beat" if gone == "beat" else "worker"]
