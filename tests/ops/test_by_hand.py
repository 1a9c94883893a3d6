"""The containers' commands and the units of systemd, run by hand as they are written."""

import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from andre.launcher.supervisor import upkeep_worker, worker
from tests.ops.server import command_of_the_image, process, serving
from tests.ops.test_compose import CELERY, SERVICES
from tests.support.whole_house import ROOT, surroundings, within

UNITS = ROOT / "ops/systemd"
SECONDS_TO_BE_WELL = 300


# G3 H14 H16
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_commands_of_the_containers_make_a_house_that_is_well(tmp_path):
    with serving(tmp_path) as server, ExitStack() as stack:

        def is_well(name: str) -> bool:
            check = [sys.executable, *SERVICES[name]["healthcheck"]["test"][2:]]
            environ = surroundings(**server.environ)
            return subprocess.run(check, cwd=ROOT, env=environ, capture_output=True).returncode == 0

        before = [is_well(name) for name in CELERY]
        for name in CELERY:
            text = SERVICES[name]["command"].replace(
                "/data/", server.environ["ANDRE_DATA_DIR"] + "/"
            )
            command = [sys.executable, *shlex.split(text)[1:]]
            stack.enter_context(process(command, tmp_path / f"{name}.log", server.environ))
        for name in ("web", *CELERY):
            within(SECONDS_TO_BE_WELL, lambda name=name: is_well(name))
        health = requests.get(f"http://127.0.0.1:{server.web_port}/health", timeout=30)

    assert before == [False, False, False]
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert set(health.json()["parts"]) == {"database", "redis", "subscriber", "worker", "beat"}
    for name in CELERY:
        lines = (tmp_path / f"{name}.log").read_text().splitlines()
        # Celery warns first where root runs it, which no container does.
        assert "process_started" in next(line for line in lines if "SecurityWarning" not in line)


# systemd


def command_of(unit: str) -> list[str]:
    text = (UNITS / unit).read_text().replace("\\\n", " ")
    (line,) = (line for line in text.splitlines() if line.startswith("ExecStart="))
    return shlex.split(line.removeprefix("ExecStart=").replace("%%", "%"))


# H15
def test_the_units_run_what_a_plain_start_and_the_image_run():
    assert command_of("andre-ticks.service")[1:] == worker("ticks", "--pool", "solo")[1:]
    assert command_of("andre-upkeep.service")[1:] == upkeep_worker()[1:]
    assert command_of("andre-web.service")[1:] == command_of_the_image(8000)[1:]
    assert command_of("andre-beat.service")[-4:] == [
        *("--schedule", "/var/lib/andre/beat", "--loglevel", "WARNING")
    ]
    assert command_of("andre.service")[1:] == ["-m", "andre.launcher.supervisor", "run"]


# H15
def test_every_unit_is_of_the_target_or_stands_alone():
    wanted = next(
        line for line in (UNITS / "andre.target").read_text().splitlines() if "Wants=" in line
    )

    assert sorted(wanted.removeprefix("Wants=").split()) == sorted(
        path.name for path in UNITS.glob("andre-*.service")
    )


# H15
@pytest.mark.slow
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd)")
    for path in UNITS.iterdir():
        text = path.read_text().replace("/opt/andre/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text.replace("/opt/andre", str(ROOT)))

    run = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
    )

    about_ours = [line for line in run.stderr.splitlines() if "andre" in line]
    assert about_ours == []
    assert run.returncode == 0, run.stderr


# H15
@pytest.mark.slow
@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.glob("*.service")))
def test_a_unit_may_do_little(unit):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd)")

    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=45", str(UNITS / unit)],
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout[-300:]


def test_the_folder_of_units_holds_units_only():
    assert {Path(path).suffix for path in UNITS.iterdir()} == {".service", ".target"}
