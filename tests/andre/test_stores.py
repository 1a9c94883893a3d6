"""Database and Redis that do not answer: a sentence with status 503, soon, and never a bare 500."""

import sqlite3
import time
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import OutOfMemoryError, ResponseError

from andre.accounts.middleware import sessions
from andre.accounts.models import Person
from andre.core import stores
from andre.core.redis import redis
from andre.telemetry import health
from tests.nests.support import visitor
from tests.support.logs import logged

SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="This is about SQLite's file.")
HTML, JSON = "text/html; charset=utf-8", "application/json"


@pytest.fixture
def here(settings):
    """A browser on the machine of whoever develops Andre."""
    settings.DEBUG = True
    return Client(raise_request_exception=False)


@contextmanager
def locked():
    """Somebody else changes the database, and does not come to an end."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def _brief(monkeypatch):
    """A process that serves people, but with less patience still."""
    monkeypatch.setattr(stores, "SECONDS_FOR_A_PAGE", 0.3)
    monkeypatch.setattr(stores, "patience", stores.Patience())
    connection.close()
    stores.serve_people()
    yield
    connection.close()


def signs_in(browser, name):
    return browser.post("/dev/sign-in", {"name": name})


@SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_brief")
def test_who_signs_in_while_the_database_is_locked_reads_a_sentence(here):  # F1 A1
    with locked():
        began = time.monotonic()
        answer = signs_in(here, "Alice")
        took = time.monotonic() - began

    assert (answer.status_code, answer["Content-Type"]) == (503, HTML)
    assert "cannot be read or written just now" in answer.content.decode()
    assert took < 2
    assert signs_in(here, "Alice").status_code == 302


@SQLITE
@pytest.mark.django_db(transaction=True)
def test_who_signs_in_while_the_disk_is_full_reads_a_sentence(here):  # F1 A1
    with no_room():
        answer = signs_in(here, "Bob")

    assert (answer.status_code, answer["Content-Type"]) == (503, HTML)
    assert signs_in(here, "Bob").status_code == 302


@SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_brief")
def test_a_session_that_cannot_be_kept_behind_the_view_is_a_sentence_too(rf):  # F1 A1
    def view(request):
        request.session["state"] = "on the way to Google"
        return HttpResponse("soon")

    with locked():
        answer = sessions(view)(rf.get("/auth/login/"))

    assert (answer.status_code, answer["Content-Type"]) == (503, HTML)


@contextmanager
def no_room():
    """The file takes no further page, and what was free in it is used up."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        for size in (500, 100, 0):
            with pytest.raises(OperationalError, match="full"):
                fill(size)
        yield
        cursor.execute(f"PRAGMA max_page_count = {2**32 - 2}")


@SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_brief")
def test_the_way_to_google_begins_with_a_session_that_can_be_kept(here, settings):  # F1 A1
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "client"
    with locked():
        answer = here.post("/auth/login/google-oauth2/")

    assert (answer.status_code, answer["Content-Type"]) == (503, HTML)


def fill(size):
    for number in range(5_000):
        Person.objects.create(email=f"{size}-{number}@example.com", picture="x" * size)


@pytest.fixture
def database_away():
    @contextmanager
    def away():
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = "/nowhere/andre.sqlite3"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name

    return away


@SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shown", [{}, {"X-Andre-API-Key": "andre_" + "x" * 43}])
def test_the_api_tells_it_in_json(database_away, shown):  # F1 X4
    bob = visitor("Bob")
    with database_away():
        answer = bob.get("/api/me/preferences", headers=shown)

    assert (answer.status_code, answer["Content-Type"]) == (503, JSON)
    assert answer.json()["error"] == "unavailable"


@pytest.mark.django_db
def test_who_comes_while_redis_is_full_reads_a_sentence(full_redis, here):  # F1
    signs_in(here, "Alice")
    redis().flushdb()  # The session has to be read from the database and kept again.
    with full_redis():
        answer = here.get("/")

    assert (answer.status_code, answer["Content-Type"]) == (503, HTML)
    assert here.get("/").status_code == 200


@SQLITE
@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_not_ready(client, monkeypatch):  # K-6.2
    monkeypatch.setattr(health.writing, "proved_at", float("-inf"))
    with locked():
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_redis_that_is_full_is_not_ready(full_redis, client):  # K-6.2
    with full_redis():
        answer = client.get("/readyz")

    assert answer.json()["missing"] == ["redis"]
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_probe_comes_by_address(client, settings):  # K-6.2 H16
    settings.ALLOWED_HOSTS = ["andre.example"]

    assert client.get("/readyz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/sign-in/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.parametrize(
    "error",
    [
        NoConnection("away"),
        OutOfMemoryError("full"),
        ResponseError("MISCONF disk"),
        OperationalError("the connection is closed"),
    ],
)
def test_stores_that_are_away_are_refused_and_written_down(error):  # F1
    with logged() as log:
        refusal = stores.refusal_for(error)

    assert (refusal.code, refusal.status) == ("unavailable", 503)
    assert len(log.of("store_unavailable")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ResponseError("WRONGTYPE"), KeyError("x"), ValueError("y")])
def test_faults_of_our_own_stay_faults(error):  # F1
    assert stores.refusal_for(error) is None


@SQLITE
@pytest.mark.django_db
def test_a_table_that_is_not_there_is_a_fault_of_our_own():  # F1
    with pytest.raises(OperationalError) as missing, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")

    assert stores.refusal_for(missing.value) is None
