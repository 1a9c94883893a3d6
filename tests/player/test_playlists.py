"""A listener's playlists: their own order under a name, read by others only where it is shared."""

import pytest
from django.test import Client

from andre.accounts.models import Person
from andre.core.keys import MAIN
from player.history import history
from player.models import Play, PlaylistEntry
from player.playlists import entries, playlists
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

ALICE, BOB = "alice@example.com", "bob@example.com"
NOWHERE = 2**63


@pytest.fixture
def songs():
    return shelved(
        recording("Blue Lantern", "The Band", "One"),
        recording("Red Kite", "Beyoncé", "Two", seconds=60),
        recording("Green Harbour", "The Band", "One"),
    )


@pytest.fixture
def as_alice(client, songs):
    client.force_login(Person.objects.at(ALICE, name="Alice"))
    return client


@pytest.fixture
def as_bob():
    client = Client()
    client.force_login(Person.objects.at(BOB, name="Bob"))
    return client


def ask(client, method, path="", **body):
    return getattr(client, method)(f"/api/playlists{path}", body, content_type="application/json")


def make(client, name="Late trains", songs=(), **more):
    answer = ask(client, "post", name=name, uris=[song.uri for song in songs], **more)
    assert answer.status_code == 201, answer.content
    return answer.json()["playlist"]["id"]


def read(client, playlist):
    return client.get(f"/api/playlists/{playlist}").json()


def titles(client, playlist):
    return [entry["title"] for entry in read(client, playlist)["entries"]]


def names(client):
    return [each["name"] for each in client.get("/api/playlists").json()["playlists"]]


def refusal_of(answer):
    return answer.status_code, answer.json()["error"]


def test_a_playlist_is_made_renamed_and_deleted(as_alice, songs):  # L11
    playlist = make(as_alice, "Late trains", songs[:2])
    renamed = ask(as_alice, "patch", f"/{playlist}", name="  Early\ttrains ")

    assert renamed.json()["playlist"]["name"] == "Early trains"
    told = read(as_alice, playlist)["playlist"]
    assert (told["songs"], told["missing"], told["duration_ms"]) == (2, 0, 240_000)
    assert ask(as_alice, "delete", f"/{playlist}").json()["deleted"] is True
    assert names(as_alice) == []
    assert refusal_of(as_alice.get(f"/api/playlists/{playlist}")) == (404, "playlist_not_found")
    assert not PlaylistEntry.objects.exists()


def test_songs_stand_in_the_order_they_were_put_in(as_alice, songs):  # L11
    playlist = make(as_alice, songs=songs)
    blue, red, green = [entry["id"] for entry in read(as_alice, playlist)["entries"]]

    ask(as_alice, "patch", f"/{playlist}/entries/{green}", before=blue)
    assert titles(as_alice, playlist) == ["Green Harbour", "Blue Lantern", "Red Kite"]
    ask(as_alice, "patch", f"/{playlist}/entries/{green}", before=None)
    assert titles(as_alice, playlist) == ["Blue Lantern", "Red Kite", "Green Harbour"]
    ask(as_alice, "patch", f"/{playlist}/entries/{green}", before=red)
    ask(as_alice, "patch", f"/{playlist}/entries/{green}", before=green)
    assert titles(as_alice, playlist) == ["Blue Lantern", "Green Harbour", "Red Kite"]
    ask(as_alice, "delete", f"/{playlist}/entries/{blue}")
    assert titles(as_alice, playlist) == ["Green Harbour", "Red Kite"]


def test_a_song_is_added_where_it_is_wanted_and_twice_only_if_asked_for_again(
    as_alice, songs
):  # L11
    blue, red, green = songs
    playlist = make(as_alice, songs=[blue, red])
    first = read(as_alice, playlist)["entries"][0]["id"]

    answer = ask(
        as_alice, "post", f"/{playlist}/entries", uris=[green.uri, blue.uri, "library:track:9999"],
        before=first,
    ).json()  # fmt: skip
    again = ask(as_alice, "post", f"/{playlist}/entries", uris=[blue.uri], again=True).json()

    assert [entry["title"] for entry in answer["added"]] == ["Green Harbour"]
    assert answer["already"] == [blue.uri]
    assert [each["error"] for each in answer["rejected"]] == ["track_not_found"]
    assert len(again["added"]) == 1
    assert titles(as_alice, playlist) == [
        "Green Harbour", "Blue Lantern", "Red Kite", "Blue Lantern",
    ]  # fmt: skip


def test_an_album_is_added_in_its_order(as_alice, songs):  # L11
    playlist = make(as_alice)

    ask(as_alice, "post", f"/{playlist}/entries", uris=[f"library:album:{songs[0].album_key}"])

    assert titles(as_alice, playlist) == ["Blue Lantern", "Green Harbour"]


def test_bob_can_neither_read_nor_change_what_alice_keeps(as_alice, as_bob, songs):  # U-6.5
    playlist = make(as_alice, songs=songs[:1])
    entry = read(as_alice, playlist)["entries"][0]["id"]
    tried = [
        as_bob.get(f"/api/playlists/{playlist}"),
        as_bob.get(f"/api/playlists/{playlist}.csv"),
        ask(as_bob, "patch", f"/{playlist}", name="His"),
        ask(as_bob, "delete", f"/{playlist}"),
        ask(as_bob, "post", f"/{playlist}/entries", uris=[songs[1].uri]),
        ask(as_bob, "post", f"/{playlist}/match"),
        ask(as_bob, "patch", f"/{playlist}/entries/{entry}", before=None),
        ask(as_bob, "delete", f"/{playlist}/entries/{entry}"),
    ]

    assert [refusal_of(each) for each in tried] == [(404, "playlist_not_found")] * len(tried)
    assert names(as_bob) == []
    assert titles(as_alice, playlist) == ["Blue Lantern"]


def test_what_alice_shares_bob_reads_and_cannot_change(as_alice, as_bob, songs):  # U-6.5
    playlist = make(as_alice, songs=songs[:1])
    entry = read(as_alice, playlist)["entries"][0]["id"]
    ask(as_alice, "patch", f"/{playlist}", shared=True)
    own = make(as_bob, "His own")

    assert names(as_bob) == ["His own", "Late trains"]
    assert titles(as_bob, playlist) == ["Blue Lantern"]
    assert read(as_bob, playlist)["playlist"]["user_name"] == "Alice"
    assert ALICE not in as_bob.get(f"/api/playlists/{playlist}").content.decode()
    tried = [
        ask(as_bob, "patch", f"/{playlist}", name="His"),
        ask(as_bob, "delete", f"/{playlist}"),
        ask(as_bob, "post", f"/{playlist}/entries", uris=[songs[1].uri]),
        ask(as_bob, "post", f"/{playlist}/match"),
        ask(as_bob, "patch", f"/{playlist}/entries/{entry}", before=None),
        ask(as_bob, "delete", f"/{playlist}/entries/{entry}"),
    ]
    assert [refusal_of(each) for each in tried] == [(403, "forbidden")] * len(tried)
    ask(as_alice, "patch", f"/{playlist}", shared=False)
    assert names(as_bob) == ["His own"]
    assert own != playlist


def test_nobody_reaches_an_entry_through_a_playlist_of_their_own(as_alice, as_bob, songs):  # U-6.5
    hers = make(as_alice, songs=songs)
    his = make(as_bob, songs=songs[:1])
    entry = read(as_alice, hers)["entries"][0]["id"]
    own = read(as_bob, his)["entries"][0]["id"]

    tried = [
        ask(as_bob, "delete", f"/{his}/entries/{entry}"),
        ask(as_bob, "patch", f"/{his}/entries/{entry}", before=None),
        ask(as_bob, "patch", f"/{his}/entries/{own}", before=entry),
        ask(as_bob, "post", f"/{his}/entries", uris=[songs[1].uri], before=entry),
    ]

    assert [refusal_of(each) for each in tried] == [(404, "entry_not_found")] * len(tried)
    assert len(titles(as_alice, hers)) == 3
    assert titles(as_bob, his) == ["Blue Lantern"]


def test_what_one_keeps_is_bounded(as_alice, songs, monkeypatch):  # L11
    monkeypatch.setattr(playlists, "MOST_PLAYLISTS", 1)
    monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
    playlist = make(as_alice, songs=songs)

    assert titles(as_alice, playlist) == ["Blue Lantern", "Red Kite"]
    answer = ask(as_alice, "post", f"/{playlist}/entries", uris=[songs[2].uri])
    assert [each["error"] for each in answer.json()["rejected"]] == ["playlist_full"]
    assert refusal_of(ask(as_alice, "post", name="Another")) == (409, "playlists_full")
    assert names(as_alice) == ["Late trains"]


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 101, 7, None])
def test_a_name_can_be_read_and_is_no_novel(as_alice, name):  # L11
    assert refusal_of(ask(as_alice, "post", name=name)) == (400, "validation_error")


@pytest.mark.parametrize("path", [f"/{NOWHERE}", f"/{NOWHERE}.csv", "/7"])
def test_a_playlist_that_never_was_is_not_found(as_alice, path):  # L11
    assert refusal_of(as_alice.get(f"/api/playlists{path}")) == (404, "playlist_not_found")


def test_a_stranger_keeps_nothing(client, songs):  # L11
    assert client.get("/api/playlists").status_code == 401
    assert ask(client, "post", name="Mine").status_code == 401


def test_the_queue_is_saved_with_what_plays_first(as_alice, nest, alice):  # L11
    alice.listens()
    alice.adds("Blue", "Green", "Gold")
    order = [nest.plays(), *nest.order()]

    playlist = make(as_alice, nest=MAIN, of="queue")

    assert titles(as_alice, playlist) == order


def test_an_empty_queue_and_an_evening_without_songs_are_refused(as_alice, nest, alice):  # L11
    alice.listens()

    for of in ("queue", "evening"):
        answer = ask(as_alice, "post", name="Nothing", nest=MAIN, of=of)
        assert refusal_of(answer) == (409, "nothing_playing")
    assert names(as_alice) == []


def test_an_evening_is_saved_as_it_was_heard(as_alice, nest, alice, bob):  # L11
    alice.listens()
    alice.adds("Blue", "Gold", seconds=60)
    bob.adds("Green", seconds=60)
    nest.passes(70)
    bob.skips()
    nest.passes(120)
    history.record(MAIN)
    first = Play.objects.earliest("started_ms")
    hour = 3_600_000
    before = {**vars(first), "id": None, "song_id": 900, "title": "Yesterday", "_state": None}
    before |= {"started_ms": first.started_ms - 9 * hour, "ended_ms": first.ended_ms - 9 * hour}
    Play.objects.create(**{name: it for name, it in before.items() if not name.startswith("_")})

    playlist = make(as_alice, nest=MAIN, of="evening")

    assert titles(as_alice, playlist) == ["Blue", "Gold"]  # Green was skipped.


def test_who_is_no_member_saves_nothing_of_a_nest(as_alice, nest, bob):  # L11
    bob.adds("Blue")

    answer = ask(as_alice, "post", name="Theirs", nest=MAIN, of="queue")

    assert refusal_of(answer) == (403, "not_a_member")
