"""A listener's own favourites: kept once, seen by nobody else, found again by words."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from andre.accounts.models import Person
from player.favourites import favourites
from player.models import Favourite
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

ALICE, BOB = "alice@example.com", "bob@example.com"


@pytest.fixture
def songs():
    return shelved(
        recording("Blue Lantern", "The Band", "One"),
        recording("Red Kite", "Beyoncé", "Two"),
        recording("Green Harbour", "The Band", "One"),
    )


@pytest.fixture
def alice(client, songs):
    client.force_login(Person.objects.at(ALICE))
    return client


def address(song) -> str:
    return f"/api/tracks/{song.uri}/favourite"


def titles(client, **asked: str) -> list[str]:
    return [each["title"] for each in client.get("/api/favourites", asked).json()["favourites"]]


def test_a_track_is_kept_once_however_often_it_is_asked_for(alice, songs):  # U-5.5
    answers = [alice.put(address(songs[0])) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json() == {"uri": songs[0].uri, "liked": True}
    assert titles(alice) == ["Blue Lantern"]


def test_it_is_let_go_as_often_as_one_likes(alice, songs):  # U-5.5
    alice.put(address(songs[0]))

    answers = [alice.delete(address(songs[0])) for _ in range(2)]

    assert [answer.json()["liked"] for answer in answers] == [False, False]
    assert titles(alice) == []


def test_the_latest_come_first_and_words_find_them(alice, songs):  # U-5.5
    for song in songs:
        alice.put(address(song))

    assert titles(alice) == ["Green Harbour", "Red Kite", "Blue Lantern"]
    assert titles(alice, q="beyonce") == ["Red Kite"]
    assert titles(alice, q="band gre") == ["Green Harbour"]
    assert titles(alice, q="nobody") == []


def test_bob_sees_none_of_alices(alice, client, songs):  # U-5.5 U-6.5
    alice.put(address(songs[0]))
    client.force_login(Person.objects.at(BOB))

    assert titles(client) == []
    assert client.delete(address(songs[0])).json()["liked"] is False
    assert favourites.find_uris(ALICE) == [songs[0].uri]


def test_a_track_that_nobody_has_is_refused(alice):  # U-5.5
    answer = alice.put("/api/tracks/library:track:999999/favourite")

    assert (answer.status_code, answer.json()["error"]) == (404, "track_not_found")


def test_what_one_keeps_is_bounded(alice, songs, monkeypatch):  # U-5.5
    monkeypatch.setattr(favourites, "MOST_KEPT", 1)
    alice.put(address(songs[0]))

    answer = alice.put(address(songs[1]))

    assert (answer.status_code, answer.json()["error"]) == (409, "favourites_full")
    assert alice.put(address(songs[0])).status_code == 200  # It is there already.


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_one_moment_are_one(songs):  # U-5.5
    def press(_: int) -> bool:
        try:
            return favourites.like(ALICE, songs[0].uri)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))

    assert answers.count(True) == 1
    assert Favourite.objects.count() == 1


def test_a_stranger_keeps_nothing(client, songs):
    assert client.put(address(songs[0])).status_code == 401
    assert client.get("/api/favourites").status_code == 401
    assert client.get("/api/favourites/uris").status_code == 401
