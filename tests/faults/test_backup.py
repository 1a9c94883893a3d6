"""Backups while a crowd listens and talks, and the last of them in an empty server of its kind."""

import os
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from andre.backup import keys
from andre.core.keys import NestKeys
from tests.faults.conftest import opened
from tests.support import crowd as crowds
from tests.support.crowd import Crowd, until
from tests.support.ledger import HISTORY_SECONDS, verify
from tests.support.reducer import Mirror
from tests.support.whole_house import ROOT, surroundings

POSTGRES = os.environ.get("CI_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("CI_REDIS_URL", "redis://127.0.0.1:6379").rstrip("/")
REDIS_DATABASES = {"here": 5, "there": 6}  # The suite's own begin at 8.
BACKUPS = 3


@contextmanager
def stores_of_the_machine(place: str) -> Iterator[dict[str, str]]:
    """A database and a Redis that are empty, where both answer at all."""
    server, name = POSTGRES.rpartition("/")[0], f"andre_backup_{place}_{os.getpid()}"
    redis = Redis.from_url(f"{REDIS}/{REDIS_DATABASES[place]}")
    try:
        assert redis.dbsize() == 0, "somebody else uses this database of Redis"
        with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3) as admin:
            admin.execute(f"CREATE DATABASE {name}")
    except (psycopg.OperationalError, NoConnection) as error:
        pytest.skip(f"PostgreSQL or Redis does not answer here: {error}")
    try:
        yield {
            "DATABASE_URL": f"{server}/{name}",
            "REDIS_URL": f"{REDIS}/{REDIS_DATABASES[place]}",
        }
    finally:
        redis.flushdb()
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["SQLite and Valkey", "PostgreSQL and Redis"])
def stores(request: pytest.FixtureRequest) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    with ExitStack() as stack:
        if request.param == "SQLite and Valkey":
            yield {}, {}
        else:
            here, there = (stack.enter_context(stores_of_the_machine(p)) for p in REDIS_DATABASES)
            yield here, there


def manage(data_dir: Path, *words: object, **named: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "andre.launcher.supervisor", "manage", *map(str, words)],
        cwd=ROOT,
        env=surroundings(ANDRE_DATA_DIR=data_dir, **named),
        capture_output=True,
        text=True,
        timeout=120,
    )


# H19
@pytest.mark.timeout(600)
def test_a_backup_under_load_is_an_evening_that_adds_up_and_goes_on(stores, records, tmp_path):
    here, there = stores
    archives = [tmp_path / f"{number}.tar.gz" for number in range(BACKUPS)]
    data_dir, other_dir = tmp_path / "house", tmp_path / "other"

    with opened(data_dir, records, **here) as house, crowds.crowd(house.url) as people:
        for archive in archives:
            people.talks(1)
            made = manage(data_dir, "backup", archive, **here)
            assert made.returncode == 0, made.stderr
        people.hears_new_songs()
        refused = manage(data_dir, "restore", archives[-1], **here)
        verify(people)
    assert refused.returncode == 1
    assert "running" in refused.stderr

    rev = is_of_one_moment(archives[-1], people, tmp_path)
    restored = manage(other_dir, "restore", archives[-1], **there)
    assert restored.returncode == 0, restored.stderr
    with opened(other_dir, records, **there) as other, crowds.crowd(other.url) as later:
        every_song_that_had_ended_is_in_history_once(people, rev, later)
        later.talks(2)
        later.hears_new_songs()
        verify(later)


def is_of_one_moment(archive: Path, people: Crowd, place: Path) -> int:
    """What waits and plays in it is what pages showed at its revision, which this gives."""
    with tarfile.open(archive) as tar:
        (place / "lines").write_bytes(tar.extractfile(keys.MEMBER).read())
    there = {key.name: key for key in keys.parse_keys(place / "lines")}
    main = NestKeys("main")
    rev = int(there[main.rev].values[0])

    epoch = people.epochs[-1]
    mirror = Mirror.of(people.first[epoch])
    for number in sorted(people.log[epoch]):
        if number <= rev:
            mirror.apply(people.log[epoch][number])

    assert mirror.rev == rev
    waiting = [int(song) for song in there[main.queue].values[1::2]]
    assert waiting == [row["song_id"] for row in mirror.state["queue"]]
    playback = there[main.playback].values
    playing = dict(zip(playback[::2], playback[1::2], strict=True)).get("song_id")
    assert int(playing or 0) == (mirror.state["song"] or {"song_id": 0})["song_id"]
    return rev


def every_song_that_had_ended_is_in_history_once(people: Crowd, rev: int, later: Crowd) -> None:
    """Whether its row was written before the backup or not: Redis had it until then."""
    log = people.log[people.epochs[-1]]
    ended = {
        event["song_id"]
        for number, event in log.items()
        if number <= rev and event["type"] == "song_finished"
    }
    found: Counter[int] = Counter()

    def are_there() -> bool:
        plays: list[dict[str, Any]] = later.people[0].reads("/api/nests/main/history?limit=100")[
            "plays"
        ]
        found.clear()
        found.update(play["song_id"] for play in plays)
        return ended <= set(found)

    until(are_there, HISTORY_SECONDS, soft=True)
    assert ended <= set(found)
    assert max(found.values(), default=1) == 1
