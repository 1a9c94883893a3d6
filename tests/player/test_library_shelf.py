"""The library to walk through: what stands on the shelf, in which order, and who may look."""

from functools import partial

import pytest

from andre.accounts.models import Person
from player.library import browse
from player.models import Track
from player.providers.library.genres import genres_in
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def another_library(monkeypatch):
    """What an earlier test put on the shelf is not there any more."""
    monkeypatch.setattr(browse, "kept", browse.Kept())


@pytest.fixture
def shelf():
    def on(title: str, artist: str, album: str, **more) -> Track:
        return recording(title, artist, album, path=f"{artist}-{album}-{title}.flac", **more)

    shelved(
        on("One", "The Beatles", "Help", genre="Rock", year=1965),
        on("Two", "The Beatles", "Help", genre="Rock", year=1965),
        on("Three", "The Beatles", "Revolver", genre="Rock; Psychedelic Rock", year=1966),
        on("Four", "ABBA", "Arrival", genre="Pop", year=1976),
        on("Five", "Zappa", "Untitled"),
    )


def titles(client, kind: str, **asked: str) -> list[str]:
    answer = client.get(f"/api/library/{kind}", asked)
    assert answer.status_code == 200, answer.content
    return [each["title"] for each in answer.json()["results"]]


@pytest.fixture
def alice(client, shelf):
    client.force_login(Person.objects.at("alice@example.com"))
    return client


def test_albums_stand_by_artist_without_the_article_and_by_year(alice):
    assert titles(alice, "albums") == ["Arrival", "Help", "Revolver", "Untitled"]


def test_an_album_says_who_made_it_when_and_how_long_it_is(alice):
    help_ = alice.get("/api/library/albums").json()["results"][1]

    assert (help_["artist"], help_["year"], help_["songs"]) == ("The Beatles", 1965, 2)
    assert help_["uri"].startswith("library:album:")
    assert help_["duration_ms"] == sum(
        Track.objects.filter(album="Help").values_list("duration_ms", flat=True)
    )


def test_the_newest_come_first_if_asked(alice):
    assert titles(alice, "albums", sort="newest")[0] == "Untitled"


def test_artists_stand_in_order_and_open_as_their_albums(alice):
    artists = alice.get("/api/library/artists").json()["results"]

    assert [each["title"] for each in artists] == ["ABBA", "The Beatles", "Zappa"]
    assert [each["albums"] for each in artists] == [1, 2, 1]
    assert titles(alice, "albums", artist=artists[1]["uri"]) == ["Help", "Revolver"]


def test_a_tag_that_names_two_genres_stands_under_both(alice):
    assert titles(alice, "genres") == ["rock", "pop", "psychedelic rock"]
    assert titles(alice, "albums", genre="rock") == ["Help", "Revolver"]
    assert titles(alice, "albums", genre="psychedelic rock") == ["Revolver"]


def test_albums_and_artists_are_found_by_beginnings_of_words(alice):  # L13
    assert titles(alice, "albums", words="beat rev") == ["Revolver"]
    assert titles(alice, "albums", words="BÉATLES", sort="newest") == ["Revolver", "Help"]
    assert titles(alice, "albums", words="eatles") == []
    assert titles(alice, "albums", words="  ") == ["Arrival", "Help", "Revolver", "Untitled"]
    assert titles(alice, "artists", words="ab") == ["ABBA"]


def test_decades_leave_out_what_has_no_year(alice):
    assert titles(alice, "decades") == ["1970s", "1960s"]
    assert titles(alice, "albums", decade="1960s") == ["Help", "Revolver"]


def test_a_song_that_comes_or_goes_shows_at_once(alice):
    assert len(titles(alice, "albums")) == 4

    Track.objects.filter(album="Arrival").update(available=False)

    assert titles(alice, "albums") == ["Help", "Revolver", "Untitled"]


def test_what_was_tagged_anew_shows_after_a_while_and_nobody_waits_for_it(shelf):
    now, later = [0.0], []
    kept = browse.Kept(now=lambda: now[0], later=later.append)
    look = partial(kept.shelf, genres_in)
    before = look()
    Track.objects.filter(album="Arrival").update(album="Arrival (1976)")

    now[0] = browse.KEPT_SECONDS + 1
    assert look() is before  # At once, and a new one is made meanwhile: once.
    assert look() is before
    [make] = later
    make()

    assert "Arrival (1976)" in {album.title for album in look().albums}


def test_a_page_holds_sixty_and_says_how_many_there_are(alice):
    shelved(
        *(
            recording("Song", f"Artist {number:03}", "Album", path=f"{number}.flac")
            for number in range(100)
        )
    )

    pages = [alice.get("/api/library/albums", {"page": page}).json() for page in (1, 2, 3)]

    assert [len(page["results"]) for page in pages] == [60, 44, 0]
    assert pages[0]["total"] == 104


@pytest.mark.parametrize(
    ("kind", "asked"), [("songs", {}), ("albums", {"page": "0"}), ("albums", {"page": "²"})]
)
def test_what_is_no_page_of_the_shelf_is_refused(alice, kind, asked):
    answer = alice.get(f"/api/library/{kind}", asked)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_an_artist_nobody_knows_has_no_albums(alice):
    assert titles(alice, "albums", artist="library:artist:nobody") == []


def test_a_stranger_is_shown_nothing(client, shelf):
    assert client.get("/api/library/albums").status_code == 401
