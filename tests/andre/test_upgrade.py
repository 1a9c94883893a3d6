"""A start in production: what it insists on, what it does by itself, and the one command."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

from andre.launcher import preflight
from andre.launcher.valkey_server import free_port
from andre.web.management.commands import upgrade
from tests.support.whole_house import ROOT, House, surroundings

PATIENCE = 240


# H20
@pytest.mark.django_db
@pytest.mark.usefixtures("own_figures")
def test_an_upgrade_makes_a_backup_only_where_the_database_changes(monkeypatch):
    made = []
    monkeypatch.setattr(upgrade, "call_command", lambda name, **_: made.append(name))

    call_command("upgrade", no_static=True)
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    call_command("upgrade")

    assert made == ["migrate", "backup", "migrate", "collectstatic"]


@pytest.fixture
def prod(tmp_path: Path) -> dict[str, str]:
    """What `make secrets` and an operator have said, in the data directory."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    subprocess.run([ROOT / "ops/make-secrets", data_dir / ".env"], check=True)
    with (data_dir / ".env").open("a") as file:
        file.write("ANDRE_BASE_URL=https://andre.example/\nALLOWED_HOSTS=andre.example\n")
    return {
        "ANDRE_DATA_DIR": str(data_dir),
        "ANDRE_STATIC_ROOT": str(tmp_path / "static"),
        "PORT": str(free_port()),
    }


def launcher(prod: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "andre.launcher.supervisor", *arguments],
        cwd=ROOT,
        env=surroundings(**prod),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def tables_of(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()


# H16 H18 H20 K-7.2
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_production_start_stops_at_an_old_database_and_says_the_command(prod, tmp_path):
    stopped = launcher(prod, "run")
    made_by_the_start = tables_of(Path(prod["ANDRE_DATA_DIR"]) / "andre.sqlite3")
    upgraded = launcher(prod, "manage", "upgrade")
    shutil.rmtree(prod["ANDRE_STATIC_ROOT"])
    house = House(Path(prod["ANDRE_DATA_DIR"]), log=tmp_path / "log", **prod)
    try:
        house.port = int(prod["PORT"])
        house.comes_up(PATIENCE)
        answer = subprocess.run(
            ["curl", "--silent", "--include", "--header", "Host: andre.example", house.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    finally:
        print(house.log.read_text())
        house.process.terminate()
        house.process.wait(60)

    assert stopped.returncode == 1
    assert made_by_the_start == []
    assert "`make upgrade`" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert upgraded.returncode == 0, upgraded.stderr
    assert (Path(prod["ANDRE_STATIC_ROOT"]) / "staticfiles.json").exists()  # Collected by itself.
    assert "strict-transport-security: max-age=3600\n" in answer.lower().replace("\r", "")


# H16
def test_static_files_are_collected_anew_after_a_change_and_not_at_every_start(tmp_path):
    code, collected = tmp_path / "code", tmp_path / "collected"
    for file in (code / "requirements/base.txt", code / "static/js/page.js"):
        file.parent.mkdir(parents=True)
        file.touch()
    collected.mkdir()

    before = preflight.static_files_are_current(collected, code)
    (collected / "staticfiles.json").touch()
    after = preflight.static_files_are_current(collected, code)
    os.utime(code / "static/js/page.js", (2**32, 2**32))
    changed = preflight.static_files_are_current(collected, code)

    assert (before, after, changed) == (False, True, False)


# H16
@pytest.mark.parametrize(
    ("environ", "header"),
    [
        ({}, "max-age=3600"),
        ({"ANDRE_HSTS_SECONDS": "0"}, None),
        (
            {
                "ANDRE_HSTS_SECONDS": "31536000",
                "ANDRE_HSTS_SUBDOMAINS": "true",
                "ANDRE_HSTS_PRELOAD": "true",
            },
            "max-age=31536000; includeSubDomains; preload",
        ),
        ({"ANDRE_BASE_URL": "http://andre.example"}, None),
    ],
)
def test_browsers_insist_on_tls_for_as_long_as_the_operator_says(prod, environ, header):
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client().get('/api/nothing', headers={'host': 'andre.example'})\n"
        "print(answer.headers.get('Strict-Transport-Security'))"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=surroundings(**prod, **environ, REDIS_URL=os.environ["REDIS_URL"]),
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == str(header)


# H16
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/health"])
def test_a_probe_by_address_is_answered_whatever_the_hosts_name(client, settings, path):
    settings.ALLOWED_HOSTS = ["andre.example"]

    probe = client.get(path, headers={"host": "10.0.0.7:8000"})
    page = client.get("/sign-in/", headers={"host": "10.0.0.7:8000"})

    assert probe.status_code in (200, 503)
    assert "status" in probe.json()
    assert page.status_code == 400
