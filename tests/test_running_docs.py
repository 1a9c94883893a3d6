"""docs/running.md: every command on it is one that works, and every address one that is there."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from django.urls import resolve, reverse

from andre.core.conf import Conf
from andre.launcher import check_process
from tests.ops.test_compose import EXAMPLE, SERVICES

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/running.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)
    for line in block.splitlines()
]
INSTALLED = "/opt/andre"
# Programs of the system, with the options that the page gives them.
OF_THE_SYSTEM = {
    "chown": {"andre"},
    "curl": {"--fail"},
    "install": {"--directory", "--owner", "--mode", "andre", "700", "755"},
    "useradd": {"--system", "--home-dir", "--shell", "andre"},
    "nginx": {"-t"},
    "caddy": {"validate", "--config"},
}
COMPOSE = {
    "up": {"--build", "--detach", "--scale", "web=3"},
    "ps": set(),
    "logs": {"--follow"},
    "exec": set(),
    "run": {"--build", "--rm", "--no-TTY"},
    "cp": {"upkeep:/data/backups", "backups"},
}
PLACES = ("/var/lib/andre", "/etc/nginx/", "/etc/caddy/", "/usr/sbin/nologin")


# H21
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_is_one_that_works(command):
    check(shlex.split(command))


def check(words: list[str]) -> None:
    """Raises AssertionError for a command that is unknown or asks for what is not there."""
    match words:
        case ["make", *rest]:
            check_make(rest)
        case ["su", "andre", "-s", "/bin/sh", "-c", inner]:
            check(shlex.split(inner))
        case ["docker", "compose", what, *rest]:
            check_compose(what, rest)
        case [".venv/bin/python", "manage.py", "version"]:
            pass  # tests/andre/test_version.py runs it.
        case [".venv/bin/python", "-m", "andre.launcher.check_process", process]:
            assert process in ("web", *check_process.WITH_HEARTBEAT)
        case ["cp", *sources, target]:
            assert sources
            assert all((ROOT / source).is_file() for source in sources)
            assert target.startswith(("/etc/systemd/system/", "/etc/nginx/", "/etc/caddy/"))
        case ["ln", "-s", source, target]:
            assert f"cp ops/nginx.conf {source}" in COMMANDS
            assert target.startswith("/etc/nginx/sites-enabled/")
        case ["systemctl", *rest]:
            check_systemctl(rest)
        case ["git", "clone", _, ("andre" | "/opt/andre")] | ["git", "pull"] | ["cd", _]:
            pass
        case [program, *rest] if program in OF_THE_SYSTEM:
            for word in rest:
                assert word in OF_THE_SYSTEM[program] or is_a_place(word), word
        case _:
            raise AssertionError(f"no check for {words}")


def is_a_place(word: str) -> bool:
    if word.startswith("http://127.0.0.1:8000/"):
        assert resolve(word.removeprefix("http://127.0.0.1:8000")).url_name in PROBES
        return True
    return word.startswith(PLACES)


PROBES = ("healthz", "readyz", "health")


def check_make(words: list[str]) -> None:
    """A dry run of make knows its targets, and Django its commands with their arguments."""
    named = dict(word.split("=", 1) for word in words if "=" in word)
    assert set(named) <= {"CMD", "FILE", "SECRETS", "ANDRE_DATA_DIR"}
    dry = subprocess.run(
        ["make", "--dry-run", "VENV=.venv", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert dry.returncode == 0, dry.stderr
    if "CMD" in named:
        check_manage(shlex.split(named["CMD"]))


def check_manage(words: list[str]) -> None:
    name, *arguments = words
    if name == "version":
        return
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(arguments)


def check_compose(what: str, words: list[str]) -> None:
    if what in ("exec", "run"):
        *options, service, python, script = words[: words.index("manage.py") + 1]
        manage = words[len(options) + 3 :]
        assert set(options) <= COMPOSE[what]
        if "<" in manage:  # From there on it is for the shell.
            manage = manage[: manage.index("<")]
        assert (python, script) == ("python", "manage.py")
        assert service in SERVICES
        check_manage(manage)
    else:
        assert [word for word in words if word not in COMPOSE[what] | set(SERVICES)] == []


def check_systemctl(words: list[str]) -> None:
    verb, *rest = words
    assert verb in ("daemon-reload", "enable", "start", "stop", "reload", "restart")
    for unit in rest:
        ours = (ROOT / "ops/systemd" / unit).is_file()
        assert ours or unit in ("--now", "nginx.service", "caddy.service"), unit


# H21
@pytest.mark.parametrize(
    "wrong",
    [
        "make upgrad",
        'make manage CMD="scan_libary"',
        'make manage CMD="make_admin"',
        "docker compose exec webb python manage.py version",
        "docker compose up --detached",
        "systemctl start andre-worker.service",
        "cp ops/nothing.conf /etc/nginx/sites-available/andre",
        "curl --fail http://127.0.0.1:8000/alive",
        "rm -r /var/lib/andre",
    ],
)
def test_a_command_that_does_not_work_is_found(wrong):
    with pytest.raises((AssertionError, KeyError, CommandError)):
        check(shlex.split(wrong))


# H21
def test_every_setting_the_page_names_is_one():
    named = set(
        re.findall(r"\b((?:ANDRE|GOOGLE)_[A-Z_]+|[A-Z]+_(?:URL|HOSTS|EMAILS|DOMAINS))\b", PAGE)
    )

    known = {name.upper() for name in Conf.model_fields}
    assert {name.removesuffix("_FILE") for name in named} - known == set()
    assert {"ANDRE_BASE_URL", "ALLOWED_HOSTS"} <= named
    assert set(EXAMPLE) - {"ANDRE_ENVIRONMENT", "ANDRE_JWT_SECRET", "POSTGRES_PASSWORD"} <= set(
        re.findall(r"[A-Z_]+", PAGE)
    )


# H21
def test_the_redirect_address_is_the_one_google_is_told():
    path = reverse("social:complete", args=["google-oauth2"])

    assert f"\nhttps://andre.example.org{path}\n" in PAGE


# H21
def test_the_page_is_in_the_operators_order():
    titles = re.findall(r"^## (.*)$", PAGE, re.M)

    order = ["At home", "On a server, with docker compose", "On a server, by hand", "Sign-in"]
    order += ["Music", "The first admin", "Backup and restore", "Upgrade", "Monitoring", "Sizes"]
    assert [title for title in titles if title in order] == order
