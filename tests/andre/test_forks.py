"""Processes that are forks of one that has imported everything."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from andre.core.conf import conf
from andre.launcher import supervisor
from andre.launcher.fork_server import format_process_title
from andre.launcher.forks import ForkedProcess, ForkServer
from bench.start import name_of
from tests.andre.test_children import Ear, is_alive

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked"),
    pytest.mark.storeless,
]
SLEEPS = "import time; print('on', flush=True); time.sleep(60)"


@asynccontextmanager
async def served(ear):
    server = ForkServer(os.environ | {"DJANGO_SETTINGS_MODULE": "andre.settings"}, ear)
    life = asyncio.create_task(server.keep_alive())
    try:
        yield server
    finally:
        await server.end()
        await life


def program(folder, text):
    path = folder / "program.py"
    path.write_text(text)
    return [sys.executable, str(path), "--hello"]


def fork(ear, server, command):
    return ForkedProcess("child", command, {}, ear, server=server)


# H27 G1
async def test_a_fork_is_what_its_command_line_says(tmp_path):
    ear = Ear()
    text = (
        "import os, sys; "
        "print(sys.argv[1], 'django' in sys.modules, os.getsid(0) == os.getpid()); "
        "raise SystemExit(3)"
    )
    async with served(ear) as server:
        code = await fork(ear, server, program(tmp_path, text)).run()

    assert ear.heard == ["--hello True True"]
    assert code == 3


# H27 G1 F1
async def test_a_killed_fork_comes_back_and_an_ended_one_does_not(tmp_path):
    ear = Ear()
    async with served(ear) as server:
        kept = fork(ear, server, program(tmp_path, SLEEPS))
        life = asyncio.create_task(kept.keep_alive())
        await ear.hears("on")
        first = kept.process.pid

        os.kill(first, signal.SIGKILL)
        await ear.hears("on", times=2)
        second = kept.process.pid
        await kept.end()
        await life

    assert second != first
    assert "ended (SIGKILL); starting it again in 0.2 s" in ear.heard
    assert not is_alive(second)


# H27 G1 F1
async def test_a_killed_server_takes_its_forks_along_and_all_come_back(tmp_path):
    ear = Ear()
    async with served(ear) as server:
        kept = fork(ear, server, program(tmp_path, SLEEPS))
        life = asyncio.create_task(kept.keep_alive())
        await ear.hears("on")
        first, old = kept.process.pid, server.process.pid

        server.process.kill()
        await ear.hears("on", times=2)
        assert not is_alive(first)
        assert server.process.pid != old
        await kept.end()
        await life


# H27
async def test_a_fault_in_a_fork_is_told_and_is_its_own(tmp_path):
    ear = Ear()
    async with served(ear) as server:
        broken = await fork(ear, server, program(tmp_path, "1 / 0")).run()
        whole = await fork(ear, server, program(tmp_path, "print('well')")).run()

    assert (broken, whole) == (1, 0)
    assert "ZeroDivisionError: division by zero" in ear.heard
    assert ear.heard[-1] == "well"


# H28
def test_the_bench_of_a_start_knows_each_process_by_the_name_of_its_fork(tmp_path):
    commands = {
        "uvicorn": supervisor.Stack(conf(), tmp_path)._web(),
        "ticks": supervisor.worker("ticks", "--pool", "solo"),
        "upkeep": supervisor.upkeep_worker(),
        "beat": supervisor.celery("beat", "--schedule", str(tmp_path / "schedule")),
    }

    titles = {name: format_process_title(command) for name, command in commands.items()}

    assert {name: name_of(title) for name, title in titles.items()} == {n: n for n in commands}
    assert name_of("manage.py scan_library --background") == "others"
