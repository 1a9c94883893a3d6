"""A plain start: how soon the page is there, at first and later, and its memory when idle."""

import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bench.report import Report
from tests.support.whole_house import House, answers, within

LATER_STARTS = 3
SECONDS_TO_START = 180
SETTLE_SECONDS = 30
SECONDS_TO_MAKE_MUSIC = 900  # The demonstration library, behind everything else; then a scan of it.
# What is in the command line of each process of a start; a fork has that of what it became.
MARKS = ("supervisor", "fork_server", "uvicorn", "ticks", "upkeep", "beat", "valkey")


def main() -> None:
    report = Report("start")
    with tempfile.TemporaryDirectory(prefix="andre-bench-") as folder:
        # Without a music root: the demonstration library is made, as for a newcomer.
        first, server = timed(lambda: House(Path(folder) / "data", ANDRE_MUSIC_ROOT=None))
        within(SECONDS_TO_MAKE_MUSIC, lambda: is_idle(server))
        server.ends(signal.SIGINT)
        later = []
        for _ in range(LATER_STARTS):
            took, _ = timed(lambda: started_again(server))
            later.append(took * 1000)
            time.sleep(SETTLE_SECONDS)
            within(SECONDS_TO_MAKE_MUSIC, lambda: is_idle(server))
            memory = memory_by_name(server)
            server.ends(signal.SIGINT)
    report.add(
        LATER_STARTS,
        later,
        0,
        first_s=first,
        pss_mib=sum(memory.values()),
        **{f"{name}_mib": mib for name, mib in sorted(memory.items())},
    )


def timed(start: Callable[[], House]) -> tuple[float, House]:
    """Seconds from the command until the first page is served."""
    began = time.monotonic()
    server = start()
    within(SECONDS_TO_START, lambda: answers(f"{server.url}/sign-in/"))
    return time.monotonic() - began, server


def started_again(server: House) -> House:
    server.start_again()
    return server


def memory_by_name(server: House) -> dict[str, float]:
    """MiB of each kind of process; several of one kind count together."""
    found: dict[str, float] = {}
    for pid, line in (server.processes() | valkeys(server)).items():
        name = name_of(line)
        found[name] = found.get(name, 0) + pss_mib(pid)
    return found


def valkeys(server: House) -> dict[int, str]:
    """Its title lies over its environment; by that it is not found."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(server.data_dir) in line and ".sock" in line:
                found[int(entry.name)] = f"valkey {line}"
    return found


def is_idle(server: House) -> bool:
    """Whether nothing is there but what stays: no command that makes, reads or measures music."""
    return all(name_of(line) != "others" for line in server.processes().values())


def name_of(line: str) -> str:
    """Which process of a start this is, from its command line."""
    return next((mark for mark in MARKS if mark in line), "others")


def pss_mib(pid: int) -> float:
    """Its share of memory: what it has alone, and its part of what it shares."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
