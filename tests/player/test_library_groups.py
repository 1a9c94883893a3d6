"""Finding albums and artists by what people type (L2, V4)."""

import pytest

from player.library.search import groups
from player.models import Track
from player.providers import PROVIDERS, expand
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

SONGS = (  # Title, artist, album, year, cover.
    ("Yellow Submarine", "The Beatles", "Revolver", 1966, ""),
    ("Eleanor Rigby", "The Beatles", "Revolver", 1966, "c0ffee"),
    ("Help", "The Beatles", "Help", 1965, ""),
    ("Bigger", "Beyoncé", "The Gift", None, ""),
    ("Love", "Lana", "Lust", 2017, ""),
    ("One", "Nobody", "Love Songs", 2001, ""),
    ("Revolver", "Somebody Else", "Guns", 2001, ""),
)


@pytest.fixture(autouse=True)
def library() -> None:
    shelved(
        *(
            recording(title, artist, album, year=year, cover=cover, track_number=100 - place)
            for place, (title, artist, album, year, cover) in enumerate(SONGS)
        )
    )


def found(kind, typed, page=1):
    return [each.title for each in PROVIDERS["library"].search(typed, kind, page)]


@pytest.mark.parametrize(
    ("typed", "albums"),
    [
        ("revolver", ["Revolver"]),  # A song of that name makes its album none.
        ("revlover", ["Revolver"]),
        ("beatles", ["Revolver", "Help"]),
        ("beatles revol", ["Revolver"]),
        ("love", ["Love Songs"]),
        ("gift beyonce", ["The Gift"]),
        ("yellow", []),
        ("", []),
    ],
)
def test_albums_are_found_by_their_own_words(typed, albums):  # L2 V4
    assert found("album", typed) == albums


@pytest.mark.parametrize(
    ("typed", "artists"),
    [
        ("beatles", ["The Beatles"]),
        ("the beetles", ["The Beatles"]),
        ("byonce", ["Beyoncé"]),
        ("body", []),
        ("some", ["Somebody Else"]),
        ("help", []),
    ],
)
def test_artists_are_found_by_their_names(typed, artists):  # L2 V4
    assert found("artist", typed) == artists


def test_an_album_has_its_length_and_a_cover_if_one_of_its_songs_has():
    (album,) = PROVIDERS["library"].search("revolver", "album", 1)

    assert (album.artist, album.duration_ms) == ("The Beatles", 360_000)
    assert "v=c0ffee" in album.image


def test_an_artist_opens_album_by_album():
    (artist,) = PROVIDERS["library"].search("beatles", "artist", 1)

    tracks = expand(artist.uri)

    assert [track.title for track in tracks] == ["Help", "Eleanor Rigby", "Yellow Submarine"]


def test_what_is_gone_makes_no_album():
    Track.objects.filter(album="Love Songs").update(available=False)

    assert found("album", "love") == []


def test_an_album_is_found_among_more_songs_than_are_looked_at(monkeypatch):
    monkeypatch.setattr(groups, "MOST_CANDIDATES", 2)

    assert found("album", "help") == ["Help"]
    assert "Love Songs" in found("album", "love")


def test_pages_go_on_where_the_last_one_ended():
    assert found("album", "beatles", 2) == []
    assert found("playlist", "beatles") == []
