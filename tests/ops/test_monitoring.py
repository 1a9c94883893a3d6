"""What ops/ gives a monitor: alerts and a dashboard that name only figures that exist."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from andre.launcher.valkey_server import free_port
from andre.web.docs_generator import describe_metrics
from tests.support.whole_house import House, answers, surroundings, within

ROOT = Path(__file__).resolve().parents[2]
OPS = ROOT / "ops"
SHIPPED = [OPS / "prometheus/alerts.yml", OPS / "grafana/andre.json"]
NAME = re.compile(r"\bandre_[a-z_]+")


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (Debian: apt-get install prometheus).")
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_figure_that_is_named_exists(path):  # K-6.5
    kinds = {name.strip("`"): kind for name, kind, _, _ in describe_metrics()}

    named = set(NAME.findall(path.read_text()))

    assert named
    for name in named:
        base = name.removesuffix("_bucket")
        assert base in kinds, name
        assert (base != name) == (kinds[base] == "histogram"), name


def test_the_dashboards_panels_stand_beside_each_other():  # K-6.5
    panels = json.loads((OPS / "grafana/andre.json").read_text())["panels"]

    places = {(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels}

    assert len(places) == len(panels) == len({each["id"] for each in panels})


@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "prometheus.yml"), ("test", "rules", "alerts.test.yml")],
    ids=" ".join,
)
def test_prometheus_accepts_what_is_shipped_and_each_alert_fires(arguments):  # K-6.5
    run = subprocess.run(
        [needs("promtool"), *arguments],
        cwd=OPS / "prometheus",
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_each_alert_has_a_test_in_which_it_fires():  # K-6.5
    alerts = re.findall(r"alert: (\w+)", (OPS / "prometheus/alerts.yml").read_text())
    tested = (OPS / "prometheus/alerts.test.yml").read_text().split("Everything is wrong")[1]

    assert alerts
    assert sorted(alerts) == sorted(re.findall(r"alertname: (\w+)", tested))


@pytest.mark.slow
def test_a_real_prometheus_reads_the_figures_of_all_processes(tmp_path):  # K-6.4
    program = needs("prometheus")
    house = House(tmp_path / "house")
    port, second_port = free_port(), free_port()
    config = tmp_path / "prometheus.yml"
    shipped = (OPS / "prometheus/prometheus.yml").read_text()
    config.write_text(
        shipped.replace("127.0.0.1:8000", f'127.0.0.1:{house.port}", "127.0.0.1:{second_port}')
        .replace("alerts.yml", str(OPS / "prometheus/alerts.yml"))
        .replace("_interval: 15s", "_interval: 1s")
    )
    storage = f"--storage.tsdb.path={tmp_path / 'figures'}"
    listen = f"--web.listen-address=127.0.0.1:{port}"
    try:
        house.comes_up(120)
        has_the_upkeep_worker_clean_up(house)
        second = begin_second_web(house, second_port, tmp_path / "second.log")
        with (tmp_path / "prometheus.log").open("wb") as log:
            monitor = subprocess.Popen(
                [program, f"--config.file={config}", storage, listen], stdout=log, stderr=log
            )
        try:
            within(90, lambda: answers(f"http://127.0.0.1:{second_port}/readyz"))
            for web_port, times in ((house.port, 3), (second_port, 4)):
                for _ in range(times):
                    requests.get(f"http://127.0.0.1:{web_port}/sign-in/", timeout=10)
            # Whichever web process is asked tells what both have answered; the clean-up is the
            # upkeep worker's, which has none of HTTP.
            for query in (
                "count(up == 1) == 2",
                'count(sum by (instance) (andre_http_requests_total{route="/sign-in/"}) == 7) == 2',
                'andre_http_requests_total{route="probe"} > 0',
                "andre_cleanup_last_run_timestamp_seconds > 0",
                "andre_nests_limit",
            ):
                within(90, lambda query=query: tells(port, query))
        finally:
            for process in (monitor, second):
                process.terminate()
                process.wait(20)
    finally:
        house.ends(signal.SIGTERM)


def begin_second_web(house: House, port: int, log: Path) -> "subprocess.Popen[bytes]":
    """Beside the one that the house has, on the same stores."""
    command = ("-m", "uvicorn", "andre.asgi:application", "--host", "127.0.0.1", "--port", port)
    with log.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=surroundings_in(house),
            stdout=said,
            stderr=said,
        )


def has_the_upkeep_worker_clean_up(house: House) -> None:
    """Now, and not in a minute, when beat would ask for it."""
    command = ("-m", "celery", "-A", "andre", "call", "nests.tasks.clean_up_nests")
    subprocess.run([sys.executable, *command], cwd=ROOT, env=surroundings_in(house), check=True)


def surroundings_in(house: House) -> dict[str, str]:
    """Of one more process of this house."""
    valkey = f"unix://{house.data_dir / 'valkey.sock'}"
    return surroundings(ANDRE_DATA_DIR=house.data_dir, REDIS_URL=valkey)


def tells(port: int, query: str) -> bool:
    try:
        found = requests.get(
            f"http://127.0.0.1:{port}/api/v1/query", params={"query": query}, timeout=5
        )
    except requests.ConnectionError:
        return False
    return bool(found.ok and found.json()["data"]["result"])
