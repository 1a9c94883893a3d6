"""The whole product as `make run` starts it, with everything that belongs to it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from redis import Redis

from andre.launcher import valkey_server
from andre.launcher.valkey_server import client, free_port

ROOT = Path(__file__).resolve().parents[2]
MEASURES = "COVERAGE_PROCESS_CONFIG"  # Makes each process of a house slower by a third.
OF_OTHERS = (
    MEASURES,
    *("REDIS_URL", "DATABASE_URL", "ANDRE_ENVIRONMENT", "PORT"),
    "ANDRE_BOOTSTRAP_KEYS_ENABLED",  # The suite goes without; a plain start has them.
)


class House:
    """A plain start of our own, with everything that belongs to it."""

    def __init__(
        self, data_dir: Path, *command: str, log: Path | None = None, **named: object
    ) -> None:
        self.data_dir = data_dir
        self.named = named
        self.command = command or ("run",)
        self.port = free_port()
        self.log = log or data_dir.with_suffix(".log")
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        music = self.data_dir.with_suffix(".music")
        music.mkdir(exist_ok=True)
        named = {"ANDRE_DATA_DIR": self.data_dir, "PORT": self.port, "ANDRE_MUSIC_ROOT": music}
        chosen = {name: value for name, value in (named | self.named).items() if value is not None}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "andre.launcher.supervisor", *self.command],
                cwd=ROOT,
                env=surroundings(**chosen),
                stdout=log,
                stderr=log,
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_again(self) -> None:
        self.process = self._start()

    def comes_up(self, seconds: float) -> None:
        within(seconds, lambda: self.is_ready() or self.process.poll() is not None)
        assert self.process.poll() is None, "it ended instead of starting"

    def is_ready(self) -> bool:
        return answers(f"{self.url}/readyz")

    def ends(self, number: signal.Signals) -> float:
        """Send a signal; the seconds until nothing is left."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        within(30, lambda: self.processes() == {})
        return time.monotonic() - began

    def processes(self) -> dict[int, str]:
        """Everything that runs on this data directory: process id and command line."""
        mark = f"ANDRE_DATA_DIR={self.data_dir}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(entry.name)] = line
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
        return found

    def pid_of(self, part: str) -> int:
        return next(pid for pid, line in self.processes().items() if part in line)

    def dies(self, part: str) -> int:
        """Kill one process without a word; the others find out by themselves."""
        pid = self.pid_of(part)
        os.kill(pid, signal.SIGKILL)
        within(30, lambda: pid not in self.processes())
        return pid

    def redis(self) -> "Redis":
        return client(f"unix://{self.data_dir / 'valkey.sock'}")

    def valkey_answers(self) -> bool:
        return valkey_server.answers(f"unix://{self.data_dir / 'valkey.sock'}")

    def waiting_ticks(self) -> int:
        with self.redis() as redis:
            return int(redis.llen("ticks"))


def within(seconds: float, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def surroundings(**named: object) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in OF_OTHERS}
    return ours | {name: str(value) for name, value in named.items()}


def measured() -> dict[str, str]:
    """For the houses of tests whose subject is the processes themselves."""
    return {MEASURES: os.environ[MEASURES]} if MEASURES in os.environ else {}


def environ_of(pid: int) -> dict[str, str]:
    """What a process was started with, for another one like it."""
    pairs = (Path("/proc") / str(pid) / "environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
