"""Spotify as a catalogue to pick from when people do not."""

from random import Random

from player.catalogues import CATALOGUES
from player.providers import PROVIDERS
from player.providers.base import OwnCatalogue, Wish
from tests.support.nest import track
from tests.support.spotify_stub import catalogue

SHELF = CATALOGUES["spotify"]
SONG = next(iter(catalogue.TRACKS.values()))


def wish(n=5, without=()):
    return Wish(n, Random(7), frozenset(without))


def song():
    return PROVIDERS["spotify"].lookup(SONG["uri"])


def test_songs_are_found_by_genre_artist_and_album(stub):
    assert len(SHELF.of_genre("dub", wish())) == 5
    assert {each.artist for each in SHELF.by_artist(song(), wish())} == {"The Stub Brothers"}
    assert {each.album for each in SHELF.of_album(song(), wish())} == {SONG["album"]["name"]}


def test_an_artists_songs_are_sampled_from_several_albums(stub):
    found = SHELF.top_of_artist(song(), wish(6))

    assert len({each.album for each in found}) == 3
    assert all(call.path != "/artists/top-tracks" for call in stub.world.ledger)


def test_what_is_of_no_use_is_left_out(stub):
    first = SHELF.of_album(song(), wish(6))

    assert SHELF.of_album(song(), wish(6, {each.uri for each in first})) == []


def test_a_seed_of_the_library_is_found_by_its_names(stub):
    ours = track("x").model_copy(update={"artist": "Nora Nulls", "album": "Empty Pages"})

    assert {each.artist for each in SHELF.top_of_artist(ours, wish())} == {"Nora Nulls"}
    assert {each.album for each in SHELF.of_album(ours, wish())} == {"Empty Pages"}


def test_what_was_played_is_still_there_without_a_call(stub):
    assert SHELF.still_there([track("x")]) == []
    assert stub.world.ledger == []


def test_it_is_nobodys_own_catalogue():
    assert not isinstance(SHELF, OwnCatalogue)
