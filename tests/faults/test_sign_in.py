"""Somebody signs in while nothing can be written down: told so, soon, and let in afterwards."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.faults.conftest import opened
from tests.support.crowd import Person
from tests.support.whole_house import House, within

SOON_SECONDS = 5 * 2  # The promise is for a machine that does nothing else.
TOKEN = "t" * 32


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: Path) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("faults") / "house", records) as made:
        signs_in(made, "Alice")  # The first page takes longer than any other.
        yield made


def signs_in(house: House, name: str) -> requests.Response:
    """Press the button, and go where one is sent. Fails where that takes too long."""
    began = time.monotonic()
    with requests.Session() as browser:
        browser.cookies["csrftoken"] = TOKEN
        form = {"name": name, "csrfmiddlewaretoken": TOKEN}
        headers = {"Origin": house.url}
        answer = browser.post(f"{house.url}/dev/sign-in", form, headers=headers, timeout=30)
    assert time.monotonic() - began < SOON_SECONDS
    return answer


def missing(house: House) -> list[str]:
    answer = requests.get(f"{house.url}/readyz", timeout=10)
    found: list[str] = answer.json().get("missing", [])
    return found


def test_the_database_is_locked(house):  # F1 K-6.2
    with closing(sqlite3.connect(house.data_dir / "andre.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = signs_in(house, "Bob")

        assert missing(house) == ["database"]

    assert answer.status_code == 503
    assert "cannot be read or written just now" in answer.text
    assert missing(house) == []
    assert Person(house.url, "Bob").reads("/api/auth/whoami")["owner"] == "bob@andre.test"


def test_redis_is_full(house):  # F1 K-6.2
    with house.redis() as redis:
        redis.config_set("maxmemory", 1)
        try:
            answer = signs_in(house, "Carol")

            assert missing(house) == ["redis"]
        finally:
            redis.config_set("maxmemory", 0)

    assert answer.status_code == 503
    assert "cannot be read or written just now" in answer.text
    within(10, lambda: missing(house) == [])
    assert signs_in(house, "Carol").status_code == 200
