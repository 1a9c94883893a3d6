"""Process trees: who belongs to a browser, what it uses, and its end."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

SECONDS_TO_END = 5
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """Start a program in a session of its own; what it says goes to a file."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    STARTED[process.pid] = process
    return process.pid


# Kept so that their ends are collected and no zombie stands in for a living process.
STARTED: dict[int, "subprocess.Popen[bytes]"] = {}


def tree(pid: int) -> list[int]:
    """A process and all that descend from it, it first."""
    found = [pid]
    for each in found:
        for listing in Path(f"/proc/{each}/task").glob("*/children"):
            with suppress(OSError):  # It has just ended.
                found += [int(child) for child in listing.read_text().split()]
    return found


def end_tree(pid: int) -> None:
    """End a process and its descendants: asked first, then made to."""
    members = tree(pid)
    send(members, signal.SIGCONT)
    send(members[:1], signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_END
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(members, signal.SIGKILL)
    if process := STARTED.pop(pid, None):
        process.wait()


def is_alive(pid: int) -> bool:
    if process := STARTED.get(pid):
        return process.poll() is None
    return Path(f"/proc/{pid}").exists()


def send(pids: Sequence[int], what: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def cpu_seconds(pids: Sequence[int]) -> float:
    """Time of the processor that these have used so far."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            # The name stands in brackets and may hold anything; what counts comes after it.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_SECOND


def memory_mib(pids: Sequence[int]) -> float:
    """Memory of these, pages that they share counted once among those who share them."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
            total += int(line.split()[1])
    return total / 1024


def prefer(pids: Sequence[int], niceness: int) -> None:
    """Let these run before others, where that is allowed. Linux shares the processor among sessions
    first and looks at niceness only within each, so both are set."""
    for pid in pids:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, niceness)
            Path(f"/proc/{pid}/autogroup").write_text(str(niceness))
