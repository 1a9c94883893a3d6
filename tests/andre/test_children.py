"""A child is kept alive until it is ended, and then nothing of it is left."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from andre.launcher.processes import ManagedProcess, lines

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on'); "
SLEEPS = "import time; print('on', flush=True); time.sleep(60)"


class Ear:
    """What the children said."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, name: str, line: str) -> None:
        self.heard.append(line)

    async def hears(self, line: str, times: int = 1) -> None:
        while self.heard.count(line) < times:
            await asyncio.sleep(0.01)


@pytest.fixture
def ear():
    return Ear()


def child(ear, program):
    return ManagedProcess("child", [sys.executable, "-uc", program], os.environ, ear)


def is_alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"  # Dead, and nobody has asked after it yet.


# G1
async def test_a_killed_child_comes_back(ear):
    kept = child(ear, SLEEPS)
    life = asyncio.create_task(kept.keep_alive())
    await ear.hears("on")
    first = kept.process.pid

    os.kill(first, signal.SIGKILL)

    await ear.hears("on", times=2)
    assert kept.process.pid != first
    await kept.end()
    await life


# G1
async def test_a_child_that_keeps_dying_is_given_longer_and_longer(ear):
    kept = child(ear, "raise SystemExit(3)")

    life = asyncio.create_task(kept.keep_alive())

    await ear.hears("ended (exit code 3); starting it again in 0.2 s")
    await ear.hears("ended (exit code 3); starting it again in 0.4 s")
    await kept.end()
    await asyncio.wait_for(life, 1)


# G1
async def test_a_child_that_will_not_end_is_ended(ear):
    kept = child(ear, STUBBORN + "time.sleep(60)")
    life = asyncio.create_task(kept.keep_alive())
    await ear.hears("on")
    pid = kept.process.pid

    await kept.end(patience=0.2)

    await life
    assert not is_alive(pid)


async def test_a_child_may_end_at_the_moment_its_time_is_over(ear, monkeypatch):
    kept = child(ear, STUBBORN + "time.sleep(60)")
    life = asyncio.create_task(kept.run())
    await ear.hears("on")

    def find_it_gone(pid, sign):
        os.kill(pid, sign)
        raise ProcessLookupError

    monkeypatch.setattr(os, "killpg", find_it_gone)
    await kept.end(patience=0.1)

    assert await life == -signal.SIGKILL


# G1
async def test_a_child_that_is_ended_before_it_began_never_begins(ear):
    kept = child(ear, SLEEPS)

    await kept.end()
    await kept.keep_alive()

    assert kept.process is None


# G1
def test_a_killed_parent_takes_its_children_along(tmp_path):
    parent = (
        "import os, signal, subprocess, sys, time; "
        "from andre.launcher.processes import tie_to_parent; "
        "tie = tie_to_parent(signal.SIGKILL); "
        "made = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], "
        "preexec_fn=tie, start_new_session=True, stdout=subprocess.DEVNULL); "
        "print(made.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        pid = int(process.stdout.readline())

        process.kill()

        deadline = time.monotonic() + 20
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not is_alive(pid)


async def test_a_line_may_be_of_any_length_and_the_last_may_have_no_end():
    stream = asyncio.StreamReader()
    stream.feed_data(b"short\r\n" + b"x" * 200_000 + b"\nlast")
    stream.feed_eof()

    heard = [line async for line in lines(stream)]

    assert heard == ["short", "x" * 200_000, "last"]
