"""docker-compose.yml by a strict parser of our own, its commands by hand: no engine runs here."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from andre.core.conf import Conf, load, secret_names
from andre.core.env_files import parse_env
from andre.launcher.supervisor import upkeep_worker, worker
from player.playback import worker_heartbeats
from tests.test_repository import StrictLoader, is_left_out_of_the_image

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), Loader=StrictLoader)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("upgrade", "web", "ticks", "upkeep", "beat")
CELERY = ("ticks", "upkeep", "beat")
EXAMPLE = parse_env((ROOT / ".env.example").read_text(), ".env.example")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
# All that this file uses of https://github.com/compose-spec/compose-spec; a typing error is none.
KNOWN = set(
    "build image user restart read_only cap_drop cap_add security_opt pids_limit logging tmpfs"
    " ulimits env_file environment volumes depends_on ports sysctls mem_limit shm_size healthcheck"
    " command".split()
)
KNOWN_OF_CHECKS = {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
DURATION = re.compile(r"\d+s")
SIZE = re.compile(r"\d+[mg]")


# G3 H14 K-11.1
def test_it_brings_up_an_edge_web_workers_beat_and_stores():
    assert set(SERVICES) == {"edge", "postgres", "valkey", *OURS}
    assert SERVICES["edge"]["ports"] == ["80:80", "443:443", "443:443/udp"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["edge"]


# G3 H14 K-11.1
@pytest.mark.parametrize("name", SERVICES)
def test_every_key_of_a_service_is_one_that_compose_knows(name):
    service = SERVICES[name]

    assert set(service) - KNOWN == set()
    assert set(service["healthcheck"]) - KNOWN_OF_CHECKS <= {"disable"}
    assert SIZE.fullmatch(service["mem_limit"])


# H14 K-11.1
@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_not_root_and_may_do_little(name):
    service = SERVICES[name]

    assert service["user"] not in ("", "root", "0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) in ([], ["NET_BIND_SERVICE"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


# G3 H14 K-11.1
@pytest.mark.parametrize("name", SERVICES)
def test_whoever_stays_has_a_health_check_that_others_can_wait_for(name):
    service = SERVICES[name]
    check = service["healthcheck"]

    if service["restart"] == "no":
        assert check == {"disable": True}
    else:
        assert check["test"][0] == "CMD"
        assert all(DURATION.fullmatch(check[each]) for each in ("interval", "timeout"))
    for other, how in service.get("depends_on", {}).items():
        ends = SERVICES[other]["restart"] == "no"
        assert how == {"condition": f"service_{'completed_successfully' if ends else 'healthy'}"}


# H14
def test_every_volume_and_stage_and_user_that_is_named_is_there():
    named = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith("$")
    }
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.M))
    built = {s["build"]["target"]: s["user"] for s in SERVICES.values() if "build" in s}

    assert named == set(COMPOSE["volumes"])
    assert set(built) <= stages
    assert re.search(rf"useradd .* {built['app']}\b", DOCKERFILE)
    assert re.search(rf"adduser .* {built['edge']}\b", DOCKERFILE)
    assert all(f"USER {user}\n" in DOCKERFILE for user in built.values())


# H14
def test_the_image_holds_what_its_commands_need_and_nothing_of_the_place():
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.M)

    assert copied == ["requirements/base.txt", ".", "ops/Caddyfile"]
    assert not is_left_out_of_the_image("ops/Caddyfile")
    assert is_left_out_of_the_image(".env")
    assert is_left_out_of_the_image("tests/early.py")


# Settings


# H14 H16
@pytest.mark.parametrize("name", OURS)
def test_every_container_of_ours_is_given_the_whole_file_and_settings_there_are(name):
    service = SERVICES[name]
    secrets = dict.fromkeys(("ANDRE_SECRET_KEY", "POSTGRES_PASSWORD"), "f0e1d2c3b4a59687" * 3)
    told = EXAMPLE | secrets | {"ANDRE_JWT_SECRET": "0123456789abcdef" * 3}
    told |= {"ANDRE_BASE_URL": "https://andre.example", "ALLOWED_HOSTS": "andre.example"}

    found = load(told | interpolated(service["environment"], told))

    assert service["env_file"] == ".env"
    assert {key.lower() for key in service["environment"]} <= set(Conf.model_fields)
    assert found.andre_environment == "prod"
    assert (
        found.database_url == f"postgres://andre:{secrets['POSTGRES_PASSWORD']}@postgres:5432/andre"
    )
    assert found.port == 8000


def interpolated(environment: dict[str, str], told: dict[str, str]) -> dict[str, str]:
    def value(match: re.Match[str]) -> str:
        return told[match[1]] or match[2].removeprefix("-")

    pattern = re.compile(r"\$\{(\w+):([^}]*)\}")
    return {name: pattern.sub(value, str(text)) for name, text in environment.items()}


# H14
def test_the_example_names_what_is_needed_and_nothing_that_nobody_reads():
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

    assert wanted <= set(EXAMPLE)
    assert {name for name in EXAMPLE if name.lower() not in Conf.model_fields} <= wanted
    assert len(EXAMPLE) <= 12
    assert [name for name in (*secret_names(), "POSTGRES_PASSWORD") if EXAMPLE.get(name)] == []


# H14
def test_the_edge_is_given_no_secret_and_what_its_file_reads():
    given = set(SERVICES["edge"]["environment"])

    assert given == set(re.findall(r"\{\$(\w+)", (ROOT / "ops/Caddyfile").read_text()))
    assert not given & set(secret_names())
    assert "env_file" not in SERVICES["edge"]


# Commands


# H14
def test_workers_run_as_a_plain_start_runs_them():
    commands = {name: shlex.split(SERVICES[name]["command"]) for name in CELERY}

    assert commands["ticks"][1:] == worker("ticks", "--pool", "solo")[1:]
    assert commands["upkeep"][1:] == upkeep_worker()[1:]
    assert {each[0] for each in commands.values()} == {"python"}


# H14
def test_a_health_check_run_by_hand_tells_the_living_from_the_dead():
    found = {}
    for name in ("web", *CELERY):
        program, *arguments = SERVICES[name]["healthcheck"]["test"][1:]
        assert program == "python"
        dead = run(arguments, PORT="9")
        if name in CELERY:
            worker_heartbeats.record_heartbeat(name)
            found[name] = (dead.returncode, run(arguments).returncode)
        else:
            found[name] = (dead.returncode, 0)
        assert dead.stderr.strip()
        assert "Traceback" not in dead.stderr

    assert found == dict.fromkeys(("web", *CELERY), (1, 0))


def run(arguments: list[str], **named: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | named,
        capture_output=True,
        text=True,
        timeout=60,
    )
