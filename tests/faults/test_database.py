"""PostgreSQL throws everybody out, and is away for a while; where it answers at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.conftest import opened
from tests.support.crowd import Person
from tests.support.line import Line
from tests.support.whole_house import House, within

SERVER = os.environ.get("CI_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
ADMIN = SERVER.rpartition("/")[0] + "/postgres"
NAME = f"andre_faults_{os.getpid()}"


@contextmanager
def admin() -> Iterator[psycopg.Connection]:
    with psycopg.connect(ADMIN, autocommit=True, connect_timeout=3) as connection:
        yield connection


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    try:
        with admin() as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError as error:
        pytest.skip(f"PostgreSQL does not answer here: {error}")
    yield SERVER.rpartition("/")[0] + f"/{NAME}"
    with admin() as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@pytest.fixture(scope="module")
def house(database: str, tmp_path_factory, records: Path) -> Iterator[House]:
    data_dir = tmp_path_factory.mktemp("faults") / "house"
    with opened(data_dir, records, DATABASE_URL=database) as made:
        yield made


def test_every_connection_to_the_database_is_ended(house, evening):  # F1
    with evening() as crowd:
        for _ in range(3):
            with admin() as connection:
                ended = connection.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    [NAME],
                ).fetchone()
            crowd.talks(1.5)

        assert ended is not None
        assert ended[0] > 0


SOON_SECONDS = 5 * 2  # The promise is for a machine that does nothing else.
BACK_SECONDS = 10
AWAY_SECONDS = 20


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    address = urlsplit(SERVER)
    made = Line((address.hostname or "127.0.0.1", address.port or 5432))
    yield made
    made.closes()


@pytest.fixture(scope="module")
def far_house(database: str, line: Line, tmp_path_factory, records: Path) -> Iterator[House]:
    """Its database is at the far end of a line."""
    address = urlsplit(database)
    user = address.netloc.rpartition("@")[0]
    url = address._replace(netloc=f"{user}@127.0.0.1:{line.port}").geturl()
    data_dir = tmp_path_factory.mktemp("faults") / "house"
    with opened(data_dir, records, DATABASE_URL=url) as made:
        yield made


def asks(person: Person) -> int:
    """The status of an answer that needs the database. Fails where it takes too long."""
    began = time.monotonic()
    answer = person.http.get(f"{person.url}/api/me/preferences", timeout=60)
    assert time.monotonic() - began < SOON_SECONDS
    return answer.status_code


@pytest.mark.parametrize("fault", ["is_shut", "goes_nowhere"])
def test_the_database_is_away_for_a_while(far_house, line, fault):  # F1 K-7.2
    bob = Person(far_house.url, "Bob")
    asked = [asks(bob) for _ in range(3)]
    setattr(line, fault, True)
    if fault == "is_shut":
        line.drops_all()
    began = time.monotonic()

    while time.monotonic() - began < AWAY_SECONDS:
        asked_while_away = asks(bob)
        assert asked_while_away == 503
        time.sleep(0.5)
    line.mends()

    assert asked == [200, 200, 200]
    within(BACK_SECONDS, lambda: asks(bob) == 200)
    assert [asks(bob) for _ in range(5)] == [200] * 5
