"""The player's jobs: an evening put together again, and what does not agree with each other."""

import json

import pytest
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.jobs.models import Job
from nests.models import NestTombstone
from nests.registry import store
from player import integrity
from player.history import timeline
from player.history.history import record
from player.library.scan import scan_library
from player.models import Play, Track
from player.queue import queue
from tests.player.library_shelf import flac
from tests.support.nest import track

pytestmark = pytest.mark.django_db


def program(role):
    owner = Person.objects.at(f"{role}@example.com", name=role)
    return Client(headers={"X-Andre-API-Key": api_keys.issue(owner, role)[1]})


def asks(client, job_type, **payload):
    body = {"job_type": job_type, "payload": payload, "mode": "sync"}
    return client.post("/api/jobs/submit", body, "application/json")


def audit():
    return integrity.find_inconsistencies(lambda step, done, total: None)


# nest_replay


@pytest.fixture
def evening(nest, alice, bob):
    """Blue plays to its end, Green is skipped, Red plays."""
    alice.adds("Blue", "Green", "Red")
    nest.passes(200)
    bob.skips()
    return nest


def test_an_evening_is_put_together_again_from_its_events(evening):  # K-4.2
    answer = asks(program("operator"), "nest_replay", nest="main").json()

    result = answer["result"]
    assert [(song["title"], song["outcome"]) for song in result["songs"]] == [
        ("Blue", "played"),
        ("Green", "skipped"),
        ("Red", None),
    ]
    first, second = result["songs"][:2]
    assert first["ended_ms"] == second["started_ms"] == first["started_ms"] + 180_000
    [artifact] = answer["artifacts"]
    assert artifact["name"] == "nest_replay_result"
    assert artifact["data"] == {"nest_id": "main", "order_hash": result["order_hash"]}


def test_the_same_log_has_the_same_hash(evening, bob):
    before = timeline.read_timeline("main")

    bob.does("pause")
    paused = timeline.read_timeline("main")
    bob.does("play")
    bob.adds("Grey")
    bob.skips()
    after = timeline.read_timeline("main")

    assert len(before["order_hash"]) == 64
    assert paused["order_hash"] == before["order_hash"]
    assert paused["last_rev"] > before["last_rev"]
    assert after["order_hash"] != before["order_hash"]


def test_another_order_has_another_hash():
    blue, green = ({"song_id": each, "uri": f"library:track:{each}"} for each in (1, 2))

    assert timeline.order_hash([blue, green]) != timeline.order_hash([green, blue])


def test_a_nest_that_is_not_there_is_refused(nest):
    answer = asks(program("operator"), "nest_replay", nest="NOSUCH")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_of_a_private_nest_listeners_learn_nothing(nest):  # K-4.9
    hidden = store.create_nest("alice@example.com", "Alice", is_private=True, entry_mode="approval")
    operator, viewer = program("operator"), program("viewer")

    job_id = asks(operator, "nest_replay", nest=hidden.code).json()["id"]

    assert operator.get(f"/api/jobs/{job_id}").status_code == 200
    assert viewer.get(f"/api/jobs/{job_id}").status_code == 404
    assert viewer.get("/api/jobs").json()["jobs"] == []


# integrity_audit


@pytest.fixture
def shelf(root):
    """Two songs that were read."""
    for name in ("Blue", "Green"):
        flac(root / f"{name}.flac", seconds=1)
    scan_library(root)
    return {each.title: each for each in Track.objects.all()}


def queue_track(person, uri):
    with person.nest.now():
        queue.add_tracks(person.act, [track("Blue").model_copy(update={"uri": uri})])


def test_where_all_agrees_nothing_is_told(nest, alice, shelf):  # L5
    for each in ("Blue", "Green"):
        queue_track(alice, shelf[each].uri)
    nest.passes(200)
    record(nest.nest_id)

    answer = asks(program("operator"), "integrity_audit").json()

    assert answer["result"] == {
        "checked": 2 + Play.objects.count() + len(nest.order()),
        "inconsistencies": [],
        "count": 0,
    }
    assert Play.objects.exists()
    assert answer["artifacts"] == []


def test_files_that_are_gone_or_changed_are_told_by_their_track(nest, root, shelf):  # L5
    (root / "Blue.flac").unlink()
    with (root / "Green.flac").open("ab") as file:
        file.write(b"more")

    found = audit()

    assert found["inconsistencies"] == [
        {"kind": "file_missing", "subject": shelf["Blue"].uri},
        {"kind": "file_changed", "subject": shelf["Green"].uri},
    ]
    assert Track.objects.filter(available=True).count() == 2  # It only looks.


def test_queue_entries_without_a_track_are_told(nest, alice, bob, shelf):  # L5
    queue_track(alice, shelf["Blue"].uri)
    queue_track(alice, shelf["Green"].uri)
    queue_track(alice, "library:track:999")
    waiting = redis().zrange(NestKeys("main").queue, 0, -1)
    lost = int(waiting[0])
    redis().delete(f"{NestKeys('main').song_prefix}{lost}")

    found = audit()

    unknown = int(waiting[1])
    assert found["inconsistencies"] == [
        {"kind": "queue_entry_without_track", "subject": f"song {song} of main"}
        for song in (lost, unknown)
    ]


def test_history_of_a_nest_that_never_was_is_told(nest, root):  # L5
    NestTombstone.objects.create(code="ENDED", name="Ended", state="EXPIRED")
    for code in ("main", "ENDED", "GHOST", "GHOST"):
        Play.objects.create(
            nest_id=code,
            nest_name=code,
            song_id=Play.objects.count(),
            uri="library:track:1",
            title="Blue",
            artist="The Band",
            duration_ms=1,
            started_ms=1,
            ended_ms=2,
            outcome="played",
        )

    found = audit()

    assert found["inconsistencies"] == [
        {"kind": "history_without_nest", "subject": "GHOST: 2 plays"}
    ]


def test_without_the_music_folder_nothing_is_said_of_files(root):  # L5
    root.rmdir()

    answer = asks(program("operator"), "integrity_audit").json()

    assert answer["status"] == "retry_wait"
    assert answer["error"].startswith("library_root_missing: ")
    assert Job.objects.get().error == answer["error"]


def test_a_private_nest_is_not_named_to_whoever_looks(nest, root):  # L5
    hidden = store.create_nest("alice@example.com", "Alice", is_private=True, entry_mode="approval")
    redis().zadd(NestKeys(hidden.nest_id).queue, {"0000000007": 1})

    found = audit()

    assert found["inconsistencies"] == [
        {"kind": "queue_entry_without_track", "subject": "song 7 of a private nest"}
    ]
    assert hidden.code not in json.dumps(found)
