"""Bender and the suggestions, where the music is on a music server."""

from random import Random

import pytest

from nests.registry import store
from player.catalogues import CATALOGUES
from player.discovery import suggestions
from player.providers import ProviderError, lookup
from player.providers.base import Wish
from player.queue import repeats
from tests.bender.support import feed
from tests.support import jellyfin_server, music_server
from tests.support.music_server import song
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db(transaction=True)

OURS = CATALOGUES["library"]
SERVED = [
    song(f"tr-{number}", f"Served {number}", artist=f"Band {number % 6}", artistId="ar-1")
    for number in range(12)
]
ALICE = "alice@example.com"


@pytest.fixture(
    params=[music_server.running, jellyfin_server.running], ids=["subsonic", "jellyfin"]
)
def server(request, settle):
    with request.param() as server:
        settle(**server.settings)
        server.has(*SERVED)
        server.has(song("tr-90", "Something Blue", genre="Jazz"))
        yield server


def wish(n=10, *without):
    return Wish(n, Random(7), frozenset(without))


def titles(tracks):
    return {track.title for track in tracks}


def test_bender_fills_a_nest_from_the_server_where_the_library_is_empty(nest, bob, server):  # V10
    feed(nest)

    rows = bob.sees()["queue"]
    assert nest.plays() is not None
    assert len(rows) == 3
    assert all(row["src"] == server.provider and row["auto"] and row["reason"] for row in rows)


def test_songs_of_both_are_picked_from(server):  # V10
    shelved(*(recording(f"Own {number}", genre="Funk") for number in range(12)))

    picked = titles(OURS.of_genre("funk", wish(20)))

    assert {title.partition(" ")[0] for title in picked} == {"Own", "Served"}


def test_what_is_left_out_is_left_out_there_too(server):  # V10
    picked = titles(OURS.of_genre("funk", wish(20, server.uri("tr-3"))))

    assert picked == {f"Served {number}" for number in range(12) if number != 3}


def test_a_song_of_the_server_has_an_album_an_artist_and_a_genre(server):  # V10
    blue = lookup(server.uri("tr-90"))

    assert OURS.genres_of(blue) == ["jazz"]
    assert "Served 3" in titles(OURS.of_album(blue, wish(20)))
    assert "Served 3" in titles(OURS.by_artist(blue, wish(20)))
    assert "Served 3" in titles(OURS.top_of_artist(blue, wish(20)))


def test_while_it_is_away_the_library_serves_alone(server):  # V9 V10
    shelved(recording("Own", genre="Funk"))
    server.status = 502

    assert titles(OURS.of_genre("funk", wish())) == {"Own"}
    assert titles(OURS.long_unheard([], wish())) == {"Own"}


def test_with_nothing_of_ones_own_the_reason_is_said(server):  # V10
    server.status = 502

    with pytest.raises(ProviderError):
        OURS.of_genre("funk", wish())
    assert OURS.long_unheard([server.uri("tr-1")], wish()) == []


def test_bender_has_no_idea_while_all_the_music_is_away(nest, bob, server):  # B1 V10
    server.status = 502

    feed(nest)

    assert nest.plays() is None


def test_a_small_server_never_falls_silent(server):  # B5 V10
    played = [server.uri(f"tr-{number}") for number in range(12)] + [server.uri("tr-90")]

    found = OURS.long_unheard(played, wish(3))

    assert [track.uri for track in found] == played[:3]


def test_its_length_counts_for_how_soon_songs_come_again(server):  # Q10 V10
    repeats.measure_lengths()
    with_server = OURS.length_ms()
    server.status = 502

    assert with_server == 2 * 9 * 210_000  # Two genres of nine songs, about.
    assert OURS.length_ms() == with_server  # Known for a day.


def test_an_empty_nest_is_offered_songs_of_the_server(nest, server):  # V4 V10
    offered = suggestions.suggestions(store.get_nest(nest.nest_id), ALICE, 0)

    assert len(offered) >= 4
    assert {each["provider"] for each in offered} == {server.provider}


def test_without_a_server_nothing_is_asked_of_one(db):  # V10
    shelved(recording("Own", genre="Funk"))

    assert OURS.is_near
    assert titles(OURS.of_genre("funk", wish())) == {"Own"}
    assert titles(OURS.long_unheard([], wish())) == {"Own"}
