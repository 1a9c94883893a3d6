"""The whole product as `make run` starts it, with everything that belongs to it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from andre.embedded import client, free_port

ROOT = Path(__file__).resolve().parents[2]
OF_OTHERS = ("REDIS_URL", "DATABASE_URL", "ANDRE_ENVIRONMENT", "PORT")


class House:
    """A plain start of our own, with everything that belongs to it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir.with_suffix(".log")
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        named = {"ANDRE_DATA_DIR": self.data_dir, "PORT": self.port}
        music = self.data_dir.with_suffix(".music")
        music.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "andre.supervisor", "run"],
                cwd=ROOT,
                env=surroundings(**named, ANDRE_MUSIC_ROOT=music),
                stdout=log,
                stderr=log,
            )

    def start_again(self) -> None:
        self.process = self._start()

    def comes_up(self, seconds: float) -> None:
        within(seconds, lambda: self.is_ready() or self.process.poll() is not None)
        assert self.process.poll() is None, "it ended instead of starting"

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/readyz", timeout=2
            ) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ends(self, number: signal.Signals) -> float:
        """Send a signal; the seconds until nothing is left."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        within(10, lambda: self.processes() == {})
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

    def waiting_ticks(self) -> int:
        with client(f"unix://{self.data_dir / 'valkey.sock'}") as redis:
            return int(redis.llen("ticks"))


def within(seconds: float, happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def surroundings(**named: object) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in OF_OTHERS}
    return ours | {name: str(value) for name, value in named.items()}
