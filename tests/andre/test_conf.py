"""The settings are checked once, at start, and every fault is named at once."""

import ast
import re
from pathlib import Path

import pytest

from andre.core.conf import DEV_JWT_SECRET, DEV_SECRET, Conf, SettingsFault, load

ROOT = Path(__file__).resolve().parents[2]
PROD = {
    "ANDRE_ENVIRONMENT": "prod",
    "ANDRE_SECRET_KEY": "a-long-and-quite-random-secret-of-this-house",
    "ANDRE_JWT_SECRET": "another-long-and-quite-random-secret",
}

APPS = ("andre", "nests", "player", "bender")


def faults_of(environ):
    with pytest.raises(SettingsFault) as caught:
        load(environ)
    return str(caught.value).splitlines()[1:]


# K-7.1
def test_all_faults_are_listed_at_once():
    environ = {"PORT": "soon", "NEST_MAX_ACTIVE": "-1", "ANDRE_ENVIRONMENT": "moon"}

    faults = faults_of(environ)

    assert [fault.partition(":")[0] for fault in faults] == [
        "ANDRE_ENVIRONMENT",
        "PORT",
        "NEST_MAX_ACTIVE",
    ]


# K-7.1
def test_production_names_what_is_unsafe_beside_what_is_wrong():
    environ = {"ANDRE_ENVIRONMENT": "prod", "DEBUG": "1", "ALLOWED_HOSTS": "*", "PORT": "0"}

    faults = faults_of(environ)

    assert [fault.partition(":")[0] for fault in faults] == [
        "ANDRE_SECRET_KEY",
        "DEBUG",
        "PORT",
        "ALLOWED_HOSTS",
        "ANDRE_JWT_SECRET",
    ]


# K-7.1
def test_a_fault_never_repeats_a_secret():
    environ = PROD | {"ANDRE_SECRET_KEY": DEV_SECRET, "GOOGLE_CLIENT_SECRET": "hush", "PORT": "x"}

    faults = "\n".join(faults_of(environ))

    assert DEV_SECRET not in faults
    assert "hush" not in faults


# K-7.1
def test_the_settings_do_not_show_their_secrets_when_printed():
    environ = {
        "ANDRE_SECRET_KEY": "hush-1",
        "GOOGLE_CLIENT_SECRET": "hush-2",
        "DATABASE_URL": "postgres://andre:hush-3@db/andre",
        "REDIS_URL": "redis://:hush-4@cache/0",
    }

    shown = repr(load(environ))

    assert "hush" not in shown


# K-2.5 X7
@pytest.mark.parametrize("name", ["ANDRE_SECRET_KEY", "ANDRE_JWT_SECRET"])
@pytest.mark.parametrize(
    "secret", ["x", "s3cret!", "a" * 64, "abcabcabc" * 8, "only-31-characters-are-too-few."]
)
def test_production_refuses_a_secret_that_can_be_guessed(name, secret):
    faults = faults_of(PROD | {name: secret})

    assert faults == [f"{name}: must have 32 random characters or more in prod"]


# K-2.5
def test_development_takes_any_secret():
    assert load({"ANDRE_SECRET_KEY": "x"}).andre_secret_key.get_secret_value() == "x"


# K-2.5
@pytest.mark.parametrize("secret", ["", DEV_JWT_SECRET, PROD["ANDRE_SECRET_KEY"]])
def test_production_signs_tokens_with_a_secret_of_their_own(secret):
    faults = faults_of(PROD | {"ANDRE_JWT_SECRET": secret})

    assert [fault.partition(":")[0] for fault in faults] == ["ANDRE_JWT_SECRET"]


# K-1.7
def test_production_has_no_keys_that_everybody_knows():
    known = PROD | {"ANDRE_BOOTSTRAP_KEYS_ENABLED": "1"}
    own = {
        f"ANDRE_BOOTSTRAP_{role}_KEY": f"{role}-with-a-long-and-quite-random-end"
        for role in ("VIEWER", "OPERATOR", "RESEARCHER", "ADMIN")
    }

    faults = faults_of(known)

    assert [fault.partition(":")[0] for fault in faults] == list(own)
    assert load(known | own).andre_bootstrap_keys_enabled


# K-7.1
def test_an_unknown_name_is_a_fault_in_production():
    faults = faults_of(PROD | {"ANDRE_MUSIC_ROT": "/srv/music"})

    assert faults == ["ANDRE_MUSIC_ROT: no setting has this name"]


# K-7.1
def test_an_unknown_name_is_a_warning_elsewhere():
    with pytest.warns(UserWarning, match="ANDRE_MUSIC_ROT"):
        load({"ANDRE_MUSIC_ROT": "/srv/music"})


# K-7.1
def test_a_safe_production_is_accepted():
    found = load(PROD | {"ALLOWED_HOSTS": "andre.example, nest.example"})

    assert found.allowed_hosts == ("andre.example", "nest.example")
    assert not found.is_debug


# K-3.4
def test_a_trusted_proxy_is_an_address_or_a_network():
    found = load({"ANDRE_TRUSTED_PROXIES": "10.0.0.7, 192.168.0.0/16, ::1"})

    assert len(found.andre_trusted_proxies) == 3
    assert faults_of({"ANDRE_TRUSTED_PROXIES": "edge.example"})[0].startswith("ANDRE_TRUSTED_PROX")


def test_an_empty_value_is_no_value():
    found = load({"REDIS_URL": "", "PORT": ""})

    assert found.redis_url is None
    assert found.port == 8000


def test_every_setting_is_documented():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M)

    assert sorted(documented) == sorted(name.upper() for name in Conf.model_fields)


def test_every_setting_is_read_by_something():
    """A setting that nobody reads promises what nobody does."""
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]

    read = {
        node.attr
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }

    assert set(Conf.model_fields) - read == set()
