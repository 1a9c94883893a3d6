"""Where the processes of one server leave their figures for each other, and which of them lives.

Every process writes files of its own into ANDRE_METRICS_DIR; whoever is asked adds them up. A
process is named after its machine and its number, for containers count from one.
"""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

from andre.core.conf import Conf, conf

FOR_THE_OWNER = 0o700
HOST = re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname())
OWNER = re.compile(r"_(?P<host>[A-Za-z0-9.-]+)-(?P<pid>\d+)\.(db|json)$")
GAUGES_OF_THE_LIVING = "gauge_live"


def metrics_folder(settings: Conf | None = None) -> Path:
    """Made where it is missing."""
    named = settings or conf()
    wanted = named.andre_metrics_dir or named.andre_data_dir / "metrics"
    folder = wanted.expanduser().resolve()
    folder.mkdir(mode=FOR_THE_OWNER, parents=True, exist_ok=True)
    return folder


class ProcessName:
    """Of this process; a fork has another one. Asked for with every count, so it is kept."""

    def __init__(self) -> None:
        self.learn()
        os.register_at_fork(after_in_child=self.learn)

    def learn(self) -> None:
        self._name = f"{HOST}-{os.getpid()}"

    def __call__(self) -> str:
        return self._name


process_name = ProcessName()


def clear_metrics(settings: Conf | None = None) -> None:
    """Begin at zero: for a start of everything, when no process writes here."""
    for path in metrics_folder(settings).iterdir():
        if OWNER.search(path.name):
            path.unlink(missing_ok=True)


def forget_the_dead() -> None:
    """What a process that has ended said of that moment is true no longer; its counts remain."""
    for path, is_alive in files_by_life():
        if not is_alive and (path.suffix == ".json" or path.name.startswith(GAUGES_OF_THE_LIVING)):
            path.unlink(missing_ok=True)


def files_by_life() -> Iterator[tuple[Path, bool]]:
    """Each file and whether its process lives, as far as it can be seen from this machine."""
    for path in metrics_folder().iterdir():
        owner = OWNER.search(path.name)
        if owner:
            yield path, owner["host"] != HOST or lives(int(owner["pid"]))


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
