"""`make run`: what is in the way is a sentence; what is running is kept alive and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from andre.core.conf import load
from andre.launcher import preflight
from andre.launcher.supervisor import SONGS_TO_OPEN_WITH
from andre.launcher.valkey_server import Valkey, client, data_dir_of, free_port, running
from tests.support.whole_house import ROOT, House, measured, surroundings, within

BUSY = 6  # The promises are for a machine that does nothing else; here the suite is running.


def complaint(**named: object) -> str:
    """What `make run` says when it cannot start."""
    command = [sys.executable, "-m", "andre.launcher.supervisor", "run"]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings(**measured(), **named),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


# What is in the way


# G1
def test_a_port_in_use_is_a_sentence_with_a_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = complaint(ANDRE_DATA_DIR=tmp_path, PORT=port)

    assert said.startswith(f"Port {port} is in use by another program.")
    assert f"make run PORT={port + 1}" in said


# G1
def test_a_directory_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    said = complaint(ANDRE_DATA_DIR=tmp_path / "file" / "data")

    assert said.startswith("Andre cannot write to")
    assert "ANDRE_DATA_DIR" in said


# U-7.4
@pytest.mark.slow
def test_a_music_folder_that_is_not_there_is_a_warning_and_the_start_goes_on(tmp_path):
    house = House(tmp_path / "data", ANDRE_MUSIC_ROOT=tmp_path / "not-mounted")
    try:
        house.comes_up(60 * BUSY)
        within(60, lambda: "is not there; the library stays as it is" in house.log.read_text())
    finally:
        house.ends(signal.SIGTERM)

    assert f"warning: there is no folder {tmp_path / 'not-mounted'}" in house.log.read_text()


# G1
def test_a_data_directory_belongs_to_one_andre(tmp_path):
    with running(tmp_path):
        said = complaint(ANDRE_DATA_DIR=tmp_path, PORT=free_port())

    assert said.startswith("Andre is running on")


# K-7.1
def test_settings_that_make_no_sense_are_all_named(tmp_path):
    said = complaint(ANDRE_DATA_DIR=tmp_path, PORT="soon", NEST_MAX_ACTIVE="many")

    assert "PORT: " in said
    assert "NEST_MAX_ACTIVE: " in said


# G1 K-7.3
def test_a_redis_that_does_not_answer_is_a_sentence_without_its_password(tmp_path):
    url = f"redis://:hush@127.0.0.1:{free_port()}/0"

    said = complaint(ANDRE_DATA_DIR=tmp_path, PORT=free_port(), REDIS_URL=url)

    assert said.startswith("Redis does not answer at redis://127.0.0.1")
    assert "hush" not in said


# G1 K-7.2
def test_a_database_that_does_not_answer_is_a_sentence_without_its_password(tmp_path):
    url = f"postgres://andre:hush@127.0.0.1:{free_port()}/andre"

    said = complaint(ANDRE_DATA_DIR=tmp_path, PORT=free_port(), DATABASE_URL=url)

    assert said.startswith("The database does not answer at postgres://127.0.0.1")
    assert "hush" not in said


# The embedded Valkey


# K-7.3
def test_the_embedded_valkey_keeps_what_it_was_told(tmp_path):
    with running(tmp_path) as url, client(url) as redis:
        redis.set("song", "Blue")

    with running(tmp_path) as url, client(url) as redis:
        assert redis.get("song") == "Blue"


# K-7.3
def test_a_second_user_of_a_data_directory_finds_the_living_valkey(tmp_path):
    with running(tmp_path) as first, running(tmp_path) as second:
        assert second == first


# K-7.3
def test_where_a_socket_does_not_fit_valkey_listens_on_loopback_only(tmp_path):
    far = tmp_path / ("a-long-way-down" * 8)

    with running(far) as url:
        assert url.startswith("redis://127.0.0.1:")
        assert data_dir_of(url) == str(far / "valkey")


# G1
def test_a_valkey_that_outlived_its_owner_is_ended_and_its_data_kept(tmp_path):
    valkey = Valkey(tmp_path)
    url = valkey.prepare()
    leftover = subprocess.Popen(valkey.command(url))
    within(5 * BUSY, lambda: data_dir_of(url) is not None)
    with client(url) as redis:
        redis.set("song", "Blue")

    with running(tmp_path) as again, client(again) as redis:
        kept = redis.get("song")

    assert kept == "Blue"
    assert leftover.wait(5) == 0


# The whole server


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house", **measured())
    try:
        made.comes_up(30 * BUSY)
        yield made
    finally:
        print(made.log.read_text())
        made.process.kill()
        made.process.wait()


# G1 F1
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_killed_worker_ticks_again_within_five_seconds(house):
    killed = house.pid_of("ticks")

    os.kill(killed, signal.SIGKILL)

    def ticks_again() -> bool:
        others = (line for pid, line in house.processes().items() if pid != killed)
        return any("ticks" in line for line in others)

    within(5 * BUSY, ticks_again)
    within(5 * BUSY, lambda: house.waiting_ticks() == 0)
    assert house.process.poll() is None


# G1
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_ctrl_c_ends_everything_and_the_next_start_has_it_as_it_was(house):
    with client(f"unix://{house.data_dir / 'valkey.sock'}") as redis:
        redis.set("song", "Blue")

    took = house.ends(signal.SIGINT)

    assert took < 5 * BUSY
    assert house.process.returncode == 0
    house.start_again()
    house.comes_up(10 * BUSY)
    with client(f"unix://{house.data_dir / 'valkey.sock'}") as redis:
        assert redis.get("song") == "Blue"


# G1 L3
@pytest.mark.slow
@pytest.mark.timeout(500)
def test_the_first_start_opens_before_its_library_is_finished_and_goes_on_with_it(tmp_path):
    house = House(tmp_path / "house", **measured(), ANDRE_MUSIC_ROOT=None)
    music, unfinished = house.data_dir / "music", house.data_dir / "demonstration-unfinished"

    def songs() -> int:
        return len(list(music.rglob("*.flac")))

    try:
        house.comes_up(30 * BUSY)
        at_first = songs()
        house.ends(signal.SIGINT)

        assert SONGS_TO_OPEN_WITH <= at_first < 48
        assert unfinished.exists()
        left = songs()
        house.start_again()
        house.comes_up(10 * BUSY)
        within(30 * BUSY, lambda: songs() > left)
        assert house.ends(signal.SIGINT) < 5 * BUSY  # Nobody plays on.
    finally:
        print(house.log.read_text())
        house.process.kill()
        house.process.wait()


# G1
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of the dead")
def test_a_killed_supervisor_leaves_nothing_running(house):
    assert house.ends(signal.SIGKILL) < 5


# Who may look


def modes(folder: Path) -> dict[str, str]:
    return {
        path.name: oct(path.lstat().st_mode & 0o777)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and not path.is_socket()
    }


# X7
def test_the_data_directory_is_closed_to_others_at_every_start(tmp_path):
    data = tmp_path / "data"
    (data / "valkey").mkdir(parents=True)
    (data / "music").mkdir()
    for name in ("andre.sqlite3", "valkey/appendonly.aof", "music/song.flac"):
        (data / name).touch(0o644)
    outside = tmp_path / "outside"
    outside.touch(0o644)
    (data / "link").symlink_to(outside)
    for folder in (data, data / "valkey", data / "music"):
        folder.chmod(0o755)

    preflight.writable_data_dir(load({"ANDRE_DATA_DIR": str(data)}))

    found = modes(data)
    assert {name: found[name] for name in ("data", "valkey")} == dict.fromkeys(
        ("data", "valkey"), "0o700"
    )
    assert found["andre.sqlite3"] == found["appendonly.aof"] == "0o600"
    assert (found["music"], found["song.flac"]) == ("0o755", "0o644")
    assert oct(outside.stat().st_mode & 0o777) == "0o644"


# F3
def test_a_start_may_open_as_many_files_as_the_system_allows():
    said = subprocess.run(
        [sys.executable, "-c", LIMITED],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert said.stdout.split() == ["4096", "4096"]


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096))
from andre.launcher import preflight
print(preflight.raise_file_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
