"""Valkey restarts with its data and without, forgets scripts, is full, loses its listeners."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import RESUMES_WITHIN_MS, opened
from tests.support.crowd import until
from tests.support.store_away import restarts, restarts_empty
from tests.support.whole_house import House

AWAY_MS = 5_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: Path) -> Iterator[House]:
    """One of its own, which loses all it knew."""
    with opened(tmp_path_factory.mktemp("faults") / "house", records) as made:
        yield made


def test_valkey_restarts_with_its_data(house, evening):  # F1 R18
    with evening(late_ms=AWAY_MS + RESUMES_WITHIN_MS) as crowd:
        restarts(house)
        crowd.talks(1)
        crowd.is_back()
        crowd.talks(2)

        assert len(crowd.epochs) == 1


def test_what_rings_is_cut_off(house, evening):  # F1 R11a
    with evening() as crowd:
        with house.redis() as redis:
            assert redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub") > 0
        crowd.talks(3)


def test_the_server_forgets_every_script(house, evening):  # F1
    with evening() as crowd:
        for _ in range(3):
            with house.redis() as redis:
                redis.script_flush()
            crowd.talks(0.7)


def test_memory_is_full_for_a_while(house, evening):  # F1
    with evening(late_ms=AWAY_MS + RESUMES_WITHIN_MS) as crowd:
        with house.redis() as redis:
            redis.config_set("maxmemory", 1)
            try:
                crowd.talks(2)
                crowd.is_silent()
                full = crowd.people[0].tells("add_songs", uris=crowd.uris[:1])
                page = crowd.people[0].http.get(house.url)
            finally:
                redis.config_set("maxmemory", 0)
        crowd.talks(2)

        assert (full.status_code, full.json()["error"]) == (503, "unavailable")
        assert page.status_code in {200, 503}
        assert {"unavailable"} == {
            entry.answer["error"]
            for entry in crowd.entries
            if entry.fate == "refused" and entry.answer["error"] == "unavailable"
        }


def test_the_broker_forgets_all_it_was_told(house, evening):  # F1 T3
    with evening(late_ms=30_000 + RESUMES_WITHIN_MS) as crowd:
        with house.redis() as redis:
            redis.delete("ticks", "upkeep", *redis.scan_iter("unacked*"))
            redis.delete(*redis.scan_iter("_kombu*"))
        crowd.talks(3)


def test_valkey_restarts_without_its_data_and_everyone_is_told(house, evening):  # F1 R7
    with evening(late_ms=AWAY_MS + RESUMES_WITHIN_MS) as crowd:
        crowd.is_silent()
        before = crowd.epochs[-1]

        restarts_empty(house)
        until(lambda: all(page.is_in and page.epoch != before for page in crowd.listeners))
        fresh = crowd.first[crowd.epochs[-1]]["snapshot"]

        assert (fresh["song"], fresh["queue"]) == (None, [])
        assert crowd.people[0].reads("/api/nests/main/snapshot")["epoch"] == crowd.epochs[-1]
        crowd.talks(3)  # Nobody had to sign in again, and the Main Nest takes songs at once.
