"""`make demo`: three synthetic listeners do what listeners do, through the same doors."""

import json
import random
import signal
import subprocess
import sys
import urllib.request

import pytest

from andre.core.person_ids import person_id
from andre.demo.listeners.behaviour import ENOUGH_WAITING, next_command
from andre.demo.listeners.characters import CHARACTERS, MIKA
from andre.launcher.valkey_server import free_port
from tests.player.library_shelf import flac
from tests.support.whole_house import ROOT, House, measured, surroundings, within

URIS = [f"library:track:{number}" for number in range(1, 10)]


def song(number: int, **more):
    fields = {"trackid": f"library:track:{number}", "user": "b0b", "my_vote": 0}
    return {"song_id": number, "jams": [], "comments": [], **fields, **more}


def deeds(snapshot, times=200):
    rng = random.Random(7)
    found = (next_command(MIKA, snapshot, URIS, rng) for _ in range(times))
    return [command for command in found if command is not None]


def test_where_little_waits_they_queue_what_is_not_there_yet():
    snapshot = {"song": song(1), "queue": [song(2)], "chat": []}

    queued = {command["uris"][0] for command in deeds(snapshot)}

    assert queued == set(URIS[2:])


def test_where_enough_waits_the_queue_belongs_to_people():
    waiting = [song(n) for n in range(2, 2 + ENOUGH_WAITING)]
    snapshot = {"song": song(1), "queue": waiting, "chat": []}

    kinds = {command["type"] for command in deeds(snapshot)}

    assert kinds == {"cast_vote", "toggle_jam", "add_comment", "send_chat_message"}


def test_they_do_nothing_twice():
    me = {"id": person_id(MIKA.email)}
    mine = [song(n, user=person_id(MIKA.email)) for n in range(2, 4)]
    voted = [song(n, my_vote=1) for n in range(4, 4 + ENOUGH_WAITING)]
    snapshot = {"song": song(1, jams=[me], comments=[me]), "queue": mine + voted}

    assert deeds(snapshot | {"chat": [me | {"text": "Hello"}]}) == []


def test_what_they_write_does_not_stand_there_yet():
    said = [{"id": "b0b", "text": text} for text in MIKA.chats[1:]]
    snapshot = {"song": None, "queue": [song(n) for n in range(2, 2 + ENOUGH_WAITING)]}

    written = [each["text"] for each in deeds(snapshot | {"chat": said}) if "text" in each]

    assert set(written) == {MIKA.chats[0]}


def test_each_has_a_face_of_our_own():
    faces = {character.face for character in CHARACTERS}

    assert len(faces) == len(CHARACTERS) == 3
    assert all((ROOT / "static" / face).read_text().startswith("<svg") for face in faces)


# G4
def test_they_stay_away_from_any_other_environment(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "andre.launcher.supervisor", "demo"],
        cwd=ROOT,
        env=surroundings(ANDRE_DATA_DIR=tmp_path, PORT=free_port(), ANDRE_ENVIRONMENT="test"),
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert said.returncode == 1
    assert "for development" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.fixture
def shelf(tmp_path):
    for number in range(8):
        flac(tmp_path / "house.music" / f"{number}.flac", 30, title=f"Alba {number}", artist="Aria")
    return tmp_path / "house"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_newcomer_sees_them_at_it_and_ctrl_c_sends_them_home(shelf):  # G4
    house = House(shelf, **measured())
    try:
        house.comes_up(120)
        guests = subprocess.Popen(
            [sys.executable, "-m", "andre.launcher.supervisor", "demo", "--pace", "15"],
            cwd=ROOT,
            env=surroundings(ANDRE_DATA_DIR=shelf, PORT=house.port),
            stdout=subprocess.PIPE,
            text=True,
        )

        within(90, lambda: faces(house) == {f"/static/{each.face}" for each in CHARACTERS})
        within(120, lambda: at_it(house) == {"queue", "votes", "jams", "comments"})

        guests.send_signal(signal.SIGINT)
        said, _ = guests.communicate(timeout=30)
        assert guests.returncode == 0
        assert "They have gone home." in said
        assert "Traceback" not in said
        within(45, lambda: faces(house) == set())
    finally:
        house.ends(signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_where_nothing_runs_they_bring_the_house(shelf):  # G4
    house = House(shelf, "demo", "--pace", "15", **measured())
    try:
        house.comes_up(120)

        within(90, lambda: len(faces(house)) == 3)
    finally:
        house.ends(signal.SIGINT)
    assert "Traceback" not in house.log.read_text()


def snapshot_of(house: House):
    told(house, "join", "POST")
    return told(house, "snapshot", "GET")


def told(house: House, what: str, method: str):
    address = f"http://127.0.0.1:{house.port}/api/nests/main/{what}"
    headers = {"X-Andre-API-Key": "dev-admin"}
    asked = urllib.request.Request(address, method=method, headers=headers)
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


def faces(house: House) -> set[str]:
    return {person["picture"] for person in snapshot_of(house)["listeners"]}


SEEN: set[str] = set()


def at_it(house: House) -> set[str]:
    """What they have been seen doing; a song that is over takes its cheers along."""
    snapshot = snapshot_of(house)
    for each in [*snapshot["queue"], *([snapshot["song"]] if snapshot["song"] else [])]:
        SEEN.add("queue")
        SEEN.update(name for name in ("jams", "comments") if each[name])
        if each["vote"]:
            SEEN.add("votes")
    return SEEN
