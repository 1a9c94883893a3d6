"""Finding music by what people type (L2)."""

from random import Random

import pytest

from andre.core import clock
from andre.core.errors import Refusal
from nests.registry import store
from player.discovery.suggestions import suggestions
from player.library.search import newest, search, suggest
from player.models import Play, Track
from player.providers import PROVIDERS, expand, lookup
from player.queue import repeats
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

SONGS = (
    ("Yellow Submarine", "The Beatles", "Revolver"),
    ("Eleanor Rigby", "The Beatles", "Revolver"),
    ("Déjà Vu", "Beyoncé", "B'Day"),
    ("Love", "Lana", "Lust"),
    ("Endless Love Affair", "Nobody", "Love Songs"),
    ("Hyperballad", "Björk", "Post"),
    ("Don't Stop", "Fleetwood Mac", "Rumours"),
    ("Straße ins Nichts", "Łódź Ensemble", "Øre"),
    ("东风破", "周杰伦", "叶惠美"),
)


@pytest.fixture(autouse=True)
def library() -> list[Track]:
    return shelved(
        *(recording(*song, track_number=100 - place) for place, song in enumerate(SONGS))
    )


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("yel", "Yellow Submarine"),
        ("submarine yellow", "Yellow Submarine"),
        ("beatles rigby", "Eleanor Rigby"),
        ("revolver elea", "Eleanor Rigby"),
        ("deja vu", "Déjà Vu"),
        ("DEJA", "Déjà Vu"),
        ("beyonce", "Déjà Vu"),
        ("bday", "Déjà Vu"),
        ("bjork", "Hyperballad"),
        ("dont stop", "Don't Stop"),
        ("Don’t stop", "Don't Stop"),
        ("strasse", "Straße ins Nichts"),
        ("lodz ore", "Straße ins Nichts"),
        ("周杰伦", "东风破"),
        ("东风", "东风破"),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_order(typed, title):
    # L2
    assert search(typed)[0].title == title


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("yelow", "Yellow Submarine"),
        ("yellwo submarnie", "Yellow Submarine"),
        ("beetles rigby", "Eleanor Rigby"),
        ("hyprballad", "Hyperballad"),
        ("fleetwod", "Don't Stop"),
        ("byonce", "Déjà Vu"),
        ("submrin", "Yellow Submarine"),
    ],
)
def test_slips_of_the_fingers_are_forgiven(typed, title):
    # L2
    assert search(typed)[0].title == title


def test_the_very_title_comes_first():
    assert [track.title for track in search("love")] == ["Love", "Endless Love Affair"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "xqzwv", "!!!", '"', "* OR 1", "a" * 10_000, "' --", "%", "NEAR(", "\0"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(typed):
    # X4
    assert isinstance(search(typed), list)


def test_what_is_gone_is_not_found(library):
    Track.objects.filter(title="Love").update(available=False)

    assert [track.title for track in search("love")] == ["Endless Love Affair"]


def test_a_renamed_track_is_found_by_its_new_name_only():
    Track.objects.filter(title="Hyperballad").update(folded="joga bjork post")

    assert search("joga")
    assert "Hyperballad" not in [track.title for track in search("hyperballad")]


def test_an_empty_nest_is_offered_a_varied_handful():
    offered = suggest(3, Random(1))

    # L2, page.md
    assert len(offered) == 3
    assert len({track.artist for track in offered}) == 3
    assert suggest(3, Random(1)) == offered
    assert len(suggest(50)) == len(SONGS)


def test_what_came_last_comes_first_and_each_album_once_before_its_others():  # page.md
    found = [track.title for track in newest(9)]

    assert found[:2] == ["东风破", "Straße ins Nichts"]
    assert found[-2:] == ["Eleanor Rigby", "Yellow Submarine"]


def test_suggestions_go_with_what_plays_are_new_and_would_not_be_refused():  # page.md
    playing, sister = (
        Track.objects.get(title=title) for title in ("Yellow Submarine", "Eleanor Rigby")
    )
    nest = store.ensure_main()
    Play.objects.create(
        nest_id="main",
        song_id=1,
        uri=Track.objects.get(title="东风破").uri,
        started_ms=clock.now_ms() - 1_000,
        ended_ms=clock.now_ms(),
        duration_ms=1_000,
    )

    found = suggestions(nest, "alice@example.com", repeats.no_repeat_ms(nest), like=playing.uri)

    assert found[0]["uri"] == sister.uri
    assert "Straße ins Nichts" in [each["title"] for each in found[:5]]
    assert {"Yellow Submarine", "东风破"}.isdisjoint(each["title"] for each in found)


def test_the_provider_answers_in_the_words_of_the_wire():
    found = PROVIDERS["library"].search("yellow", "track", 1)[0]

    # V4
    assert found.provider == "library"
    assert lookup(found.uri) == found
    assert PROVIDERS["library"].search("yellow", "track", 2) == []


def test_an_album_expands_in_its_order(django_assert_num_queries):
    album = PROVIDERS["library"].search("revolver", "album", 1)[0]

    with django_assert_num_queries(1):
        tracks = expand(album.uri)

    # U-5.1
    assert (album.title, album.artist, album.duration_ms) == ("Revolver", "The Beatles", 360_000)
    assert [track.title for track in tracks] == ["Eleanor Rigby", "Yellow Submarine"]


@pytest.mark.parametrize(
    "uri",
    [
        "library:track:0",
        "library:track:999999",
        "library:track:007",
        "library:track:" + "9" * 30,
        "library:track:\u0661",
        "library:album:nosuchalbumkey00",
        "library:else:1",
        "library:",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(uri):
    with pytest.raises(Refusal) as refusal:
        lookup(uri)

    assert refusal.value.code == "track_not_found"


def test_an_address_of_nobodys_is_refused():
    with pytest.raises(Refusal) as refusal:
        lookup("gramophone:record:1")

    assert refusal.value.code == "unknown_provider"
