"""The embedded Valkey of a house ends and comes back, with its data and without."""

import os
import shutil
import signal
from pathlib import Path

from tests.support.crowd import until
from tests.support.whole_house import House


def restarts(house: House) -> None:
    """As it should: it writes all it knows, ends, and is started again."""
    ends_and_is_back(house, signal.SIGTERM)


def restarts_empty(house: House) -> None:
    shutil.rmtree(house.data_dir / "valkey" / "appendonlydir")
    ends_and_is_back(house, signal.SIGKILL)


def ends_and_is_back(house: House, number: signal.Signals) -> None:
    with house.redis() as redis:
        pid = int(redis.info("server")["process_id"])
    os.kill(pid, number)
    until(lambda: not Path(f"/proc/{pid}").exists() and house.valkey_answers())
