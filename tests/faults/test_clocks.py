"""Processes whose clocks are wrong by a minute, each in another direction."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import opened
from tests.support.whole_house import ROOT, House

MINUTE = 60
WRONG_BY = {" beat ": -MINUTE, "--queues ticks": MINUTE, "uvicorn": -MINUTE}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: Path) -> Iterator[House]:
    data_dir = tmp_path_factory.mktemp("faults") / "house"
    shifted = ROOT / "tests" / "support" / "shifted"
    named = {"PYTHONPATH": shifted, "SHIFTED_CLOCKS": json.dumps(WRONG_BY)}
    with opened(data_dir, records, **named) as made:
        yield made


def test_wrong_clocks_change_neither_the_music_nor_its_time(house, evening):  # F1 T8
    with evening() as crowd:
        crowd.hears_new_songs(2)
        told = crowd.people[0].tells("probe_clock", t0=1.0).json()["server_ms"]

        # Everybody is told the time of the store, whose clock is right.
        assert abs(told - time.time() * 1000) < 5_000
