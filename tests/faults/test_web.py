"""Web processes die one after the other; whoever listened is back in step."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from andre.launcher.valkey_server import free_port
from tests.support.crowd import until
from tests.support.whole_house import ROOT, House, answers, environ_of

WEB = "uvicorn"


@pytest.fixture
def second(house: House) -> Iterator["Second"]:
    """Another server of the same house, beside the one that the house keeps alive."""
    made = Second(house)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


class Second:
    def __init__(self, house: House) -> None:
        self.house = house
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.starts()

    def starts(self) -> None:
        environ = environ_of(self.house.pid_of(WEB)) | {"PORT": str(self.port)}
        command = [sys.executable, "-m", "uvicorn", "andre.asgi:application", "--lifespan", "off"]
        command += ["--port", str(self.port), "--ws", "websockets-sansio", "--no-access-log"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ)
        until(lambda: answers(f"{self.url}/healthz"))

    def dies(self) -> None:
        self.process.kill()
        self.process.wait()


def test_the_web_process_is_killed_while_everybody_talks(house, evening):  # F1 R7 R14
    with evening() as crowd:
        house.dies(WEB)
        crowd.talks(1)
        crowd.is_back()
        crowd.talks(2)


def test_two_web_processes_are_killed_one_after_the_other(house, evening, second):  # F1 R16
    with evening(house.url, second.url) as crowd:
        house.dies(WEB)
        crowd.talks(1)
        crowd.is_back()

        second.dies()
        crowd.talks(1)
        second.starts()
        crowd.is_back()
        crowd.talks(1)
