"""One version: by command, on the page, in the API, in the log."""

import io
import json
import logging
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout

import pytest
from celery.signals import beat_init, worker_init

from andre import __version__
from andre.launcher.processes import printer
from andre.telemetry.middleware import is_routine
from tests.nests.support import visitor
from tests.support.whole_house import ROOT


# H20
def test_there_is_one_version_and_the_changelog_has_a_section_for_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "andre.__version__"}
    assert f"\n## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


# H20
@pytest.mark.parametrize("argument", ["version", "--version"])
def test_a_command_says_andres_version_and_not_djangos(argument):
    command = [sys.executable, "manage.py", argument]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said == f"{__version__}\n"


# H20
@pytest.mark.django_db
def test_the_help_of_the_page_and_the_api_say_the_version():
    alice = visitor("Alice")

    page, api = alice.get("/"), alice.get("/api/version")

    help_of_the_page = page.content.decode().partition('id="help"')[2].partition("</dialog>")[0]
    assert f"version {__version__}" in help_of_the_page
    assert api.json() == {"version": __version__}


# H20
@pytest.mark.django_db
def test_a_stranger_is_not_told_the_version(client):
    assert client.get("/api/version").status_code == 401


# H20
@pytest.mark.parametrize("begins", [worker_init, beat_init], ids=["worker", "beat"])
def test_a_process_begins_its_log_with_the_version(begins, caplog):
    with caplog.at_level(logging.INFO):
        begins.send(sender=None)

    first = caplog.records[0].msg
    assert (first["event"], first["version"]) == ("process_started", __version__)


# H22
@pytest.mark.parametrize(
    ("path", "status", "routine"),
    [
        ("/static/js/core/format.js", 200, True),
        ("/healthz", 200, True),
        ("/readyz", 200, True),
        ("/health", 200, True),
        ("/readyz", 503, False),
        ("/static/js/nowhere.js", 404, False),
        ("/", 200, False),
        ("/healthy-nest", 200, False),
    ],
)
def test_static_files_and_probes_are_news_only_when_they_fail(path, status, routine):
    assert is_routine(path, status) is routine


# H22
@pytest.mark.parametrize(("level", "lines"), [(logging.INFO, 0), (logging.DEBUG, 1)])
def test_a_probe_is_in_the_log_at_debug(client, caplog, level, lines):
    logging.getLogger("andre.telemetry.middleware").setLevel(level)
    try:
        with caplog.at_level(level):
            client.get("/healthz")
    finally:
        logging.getLogger("andre.telemetry.middleware").setLevel(logging.NOTSET)

    assert len([r for r in caplog.records if r.name == "andre.telemetry.middleware"]) == lines


# H22
def test_a_log_in_json_has_nothing_else_in_it():
    written = io.StringIO()

    with redirect_stdout(written):
        say = printer(["web", "andre"], as_json=True)
        say("web", '{"event": "request"}')
        say("andre", "ready at http://127.0.0.1:8000")
        say("web", "")

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["request", "ready at http://127.0.0.1:8000"]
    assert lines[1]["process"] == "andre"
