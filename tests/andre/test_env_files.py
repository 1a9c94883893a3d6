"""Settings from a `.env` in the data directory and from a file per secret; `make secrets`."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from andre.core.conf import Conf, SettingsFault, load, read_environ, secret_names
from andre.core.env_files import FileFaults, parse_env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    """The data directory this process would read its `.env` in."""
    monkeypatch.setenv("ANDRE_DATA_DIR", str(tmp_path))
    return tmp_path


def faults() -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        read_environ()
    return str(caught.value).splitlines()[1:]


# H18
def test_settings_come_from_a_file_in_the_data_directory_and_the_environment_wins(
    data_dir, monkeypatch
):
    (data_dir / ".env").write_text("PORT=8111\nVOTE_CAP=7\n")
    monkeypatch.setenv("PORT", "8222")
    monkeypatch.setenv("VOTE_CAP", "")  # An empty value is none, and hides nothing.

    found = load(read_environ())

    assert (found.port, found.vote_cap) == (8222, 7)


# H18
@pytest.mark.parametrize("name", secret_names())
def test_every_secret_may_stand_in_a_file_of_its_own(name, data_dir, monkeypatch):
    (data_dir / "secret").write_text("thirty-two-random-characters-or-more\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(data_dir / "secret"))

    assert read_environ()[name] == "thirty-two-random-characters-or-more"


# H18
def test_the_secrets_are_all_that_the_settings_do_not_show():
    beside_a_secret = {
        "OIDC_ISSUER": "https://login.example",
        "OIDC_CLIENT_ID": "andre",
        "SUBSONIC_URL": "https://music.example",
        "SUBSONIC_USER": "andre",
        "JELLYFIN_URL": "https://films.example",
        "JELLYFIN_USER": "andre",
    }
    secrets = dict.fromkeys(secret_names(), "thirty-two-random-characters-or-more")

    shown = repr(load(secrets | beside_a_secret))

    assert "thirty-two" not in shown
    assert {"ANDRE_SECRET_KEY", "DATABASE_URL", "YOUTUBE_API_KEY"} < set(secret_names())
    assert len(secret_names()) < len(Conf.model_fields) / 2


# H18
def test_a_secrets_file_may_be_named_in_the_file_of_settings(data_dir, monkeypatch):
    (data_dir / "key").write_text("from the file")
    (data_dir / ".env").write_text(f"YOUTUBE_API_KEY_FILE={data_dir / 'key'}\n")

    from_file = load(read_environ()).youtube_api_key
    monkeypatch.setenv("YOUTUBE_API_KEY", "from the environment")
    from_environment = load(read_environ()).youtube_api_key

    assert from_file.get_secret_value() == "from the file"
    assert from_environment.get_secret_value() == "from the environment"


# H18
def test_what_is_wrong_with_a_file_is_said_without_what_is_in_it(data_dir, monkeypatch):
    (data_dir / "empty").touch()
    (data_dir / "key").write_text("hush-hush")
    monkeypatch.setenv("ANDRE_SECRET_KEY_FILE", str(data_dir / "nowhere"))
    monkeypatch.setenv("ANDRE_JWT_SECRET_FILE", str(data_dir / "empty"))
    monkeypatch.setenv("YOUTUBE_API_KEY_FILE", str(data_dir / "key"))
    monkeypatch.setenv("YOUTUBE_API_KEY", "hush")

    said = faults()

    assert [fault.partition(":")[0] for fault in said] == [
        "ANDRE_SECRET_KEY_FILE",
        "ANDRE_JWT_SECRET_FILE",
        "YOUTUBE_API_KEY",
    ]
    assert "hush" not in "\n".join(said)


# H18
def test_a_line_that_is_no_setting_is_named_by_its_number(data_dir):
    (data_dir / ".env").write_text("PORT=8111\nhush hush\n")

    assert faults() == [f"{data_dir / '.env'}: line 2 is not NAME=value"]


# H18
def test_the_data_directory_is_not_moved_from_inside(data_dir):
    (data_dir / ".env").write_text("ANDRE_DATA_DIR=/elsewhere\n")

    assert faults()[0].startswith("ANDRE_DATA_DIR: ")


# H18
@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("A = b c ", "b c"),
        ("A='b # c'", "b # c"),
        ('A="b c" # d', "b c"),
        ("A=b # c", "b"),
        ("A=b#c=d", "b#c=d"),
        ("A=$b", "$b"),
        ("A=", ""),
    ],
)
def test_a_line_is_read_as_compose_and_systemd_read_it(line, value):
    assert parse_env(f"# a comment\n\n{line}\n", ".env") == {"A": value}


def test_text_that_is_no_setting_is_refused():
    with pytest.raises(FileFaults, match="line 1"):
        parse_env("1A=b", ".env")


# H18
def test_a_process_of_andres_reads_the_file_itself(tmp_path):
    (tmp_path / ".env").write_text("ANDRE_ENVIRONMENT=test\nNEST_MAX_ACTIVE=3\n")
    code = "from andre.core.conf import conf; print(conf().nest_max_active)"
    environ = {name: value for name, value in os.environ.items() if name != "ANDRE_ENVIRONMENT"}

    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environ | {"ANDRE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "3"


# make secrets


def make_secrets(path: Path) -> str:
    command = ["make", "--silent", "secrets", f"FILE={path}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout


# H14 H16
def test_make_secrets_writes_what_production_insists_on_and_nobody_else_reads_it(tmp_path):
    path = tmp_path / ".env"

    make_secrets(path)

    read = parse_env(path.read_text(), ".env")
    address = {"ANDRE_BASE_URL": "https://andre.example", "ALLOWED_HOSTS": "andre.example"}
    assert load(read | address).andre_environment == "prod"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


# H14
def test_make_secrets_twice_makes_nothing_new(tmp_path):
    make_secrets(tmp_path / ".env")
    first = (tmp_path / ".env").read_text()

    said = make_secrets(tmp_path / ".env")

    assert (tmp_path / ".env").read_text() == first
    assert len(re.findall("stays as it is", said)) == 3


# H14
def test_make_secrets_adds_what_a_file_lacks_and_keeps_what_it_says(tmp_path):
    path = tmp_path / ".env"
    path.write_text("VOTE_CAP=7\nANDRE_SECRET_KEY=mine\nANDRE_JWT_SECRET=")

    make_secrets(path)

    read = parse_env(path.read_text(), ".env")
    assert (read["VOTE_CAP"], read["ANDRE_SECRET_KEY"]) == ("7", "mine")
    assert len(read["ANDRE_JWT_SECRET"]) == len(read["POSTGRES_PASSWORD"]) == 64


# H14
def test_two_machines_have_different_secrets(tmp_path):
    make_secrets(tmp_path / "one")
    make_secrets(tmp_path / "two")

    one, two = (parse_env((tmp_path / name).read_text(), name) for name in ("one", "two"))
    assert not {value for value in one.values() if len(value) == 64} & set(two.values())
