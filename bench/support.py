"""A house to measure: the processes of a plain start, each known by its PID, in a directory of
its own; and people with sessions in it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import django

from andre.core.conf import conf
from andre.launcher import supervisor, valkey_server
from andre.launcher.processes import tie_to_parent

SECONDS_TO_BE_READY = 60
SECONDS_TO_END = 5
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """One process that we started."""

    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_seconds(self) -> float:
        """Time of the processor so far, its threads and the kernel's part included."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        # The name stands in brackets and may hold anything; what counts comes after the last one.
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory_kib(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1])

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class House:
    """What runs in one data directory. Everything started here ends with it."""

    def __init__(self, data_dir: Path, port: int, stack: ExitStack) -> None:
        self.data_dir = data_dir
        self.port = port
        self._stack = stack

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def web(self) -> Running:
        """The web process exactly as `make run` starts it, once it answers."""
        found = self.start("web", supervisor.Stack(conf(), self.data_dir)._web())
        wait_until(lambda: supervisor.is_ready(self.port) or self.has_fallen(found, "web"))
        return found

    def ticks(self) -> Running:
        return self.start("ticks", supervisor.worker("ticks", "--pool", "solo"))

    def upkeep(self) -> Running:
        return self.start("upkeep", supervisor.upkeep_worker())

    def beat(self) -> Running:
        schedule = str(self.data_dir / "beat")
        return self.start("beat", supervisor.celery("beat", "--schedule", schedule))

    def start(self, name: str, command: Sequence[str]) -> Running:
        with (self.data_dir / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tie_to_parent(signal.SIGKILL),
            )
        found = Running(process)
        self._stack.callback(found.end)
        return found

    def has_fallen(self, running: Running, name: str) -> bool:
        if running.process.poll() is not None:
            raise RuntimeError((self.data_dir / f"{name}.log").read_text(encoding="utf-8"))
        return False

    def manage(self, *arguments: str) -> None:
        manage_py = Path(__file__).resolve().parent.parent / "manage.py"
        subprocess.run([sys.executable, str(manage_py), *arguments], check=True)


@contextmanager
def house(**environment: str) -> Iterator[House]:
    """A fresh house with its own Valkey and database; this process's Django lives in it, too."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="andre-bench-"))
        data_dir = Path(name)
        port = valkey_server.free_port()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "andre.settings",
            "ANDRE_DATA_DIR": name,
            "ANDRE_LOG_LEVEL": "WARNING",
            "REDIS_URL": stack.enter_context(valkey_server.running(data_dir)),
            "PORT": str(port),
            "USE_BENDER": "false",  # What is measured is what the people of a bench do.
            **environment,
        }
        django.setup()
        found = House(data_dir, port, stack)
        found.manage("migrate", "--no-input", "--verbosity", "0")
        yield found


def sessions(count: int) -> list[str]:
    """Session keys of that many people; the database holds them, as after a sign-in."""
    from django.db import transaction

    with transaction.atomic():
        return [session(listener(number)) for number in range(count)]


def listener(number: int) -> str:
    return f"listener-{number}@example.com"


def session(email: str) -> str:
    from django.conf import settings

    from andre.accounts.models import Person

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    name, _, _ = email.partition("@")
    Person.objects.get_or_create(email=email, defaults={"name": name.title()})
    store["seat"] = {"email": email, "name": name.title(), "picture": "", "role": "viewer"}
    store.save()
    key: str = store.session_key
    return key


def wait_until(happened: Callable[[], bool], seconds: float = SECONDS_TO_BE_READY) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"This did not happen within {seconds:.0f} s.")
        time.sleep(0.02)
