"""PostgreSQL throws everybody out; where it answers at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.conftest import opened
from tests.support.whole_house import House

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
