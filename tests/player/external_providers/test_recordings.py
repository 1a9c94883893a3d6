"""The same recording from our own library, where catalogues may mix."""

import pytest

from andre.core.errors import Refusal
from nests.devices.names import NO_DEVICE
from player.discovery.track_matching import same_recording
from player.library.text_folding import sort_key
from player.media import media_grants
from player.models import Track
from player.queue import queue
from tests.support.spotify_stub import catalogue

pytestmark = pytest.mark.django_db(transaction=True)
SONG = next(iter(catalogue.TRACKS.values()))


def on_the_shelf(**details):
    row = {
        "path": f"{len(Track.objects.all())}.flac",
        "title": SONG["name"],
        "artist": "The Stub Brothers",
        "album": "One",
        "album_artist": "",
        "duration_ms": SONG["duration_ms"],
        "folded": "",
        "album_key": "a",
    } | details
    return Track.objects.create(**row, artist_key=sort_key(row["artist"]))


def song(**details):
    return {
        "isrc": "",
        "artist": "The Stub Brothers",
        "title": SONG["name"],
        "duration_ms": str(SONG["duration_ms"]),
    } | details


def test_a_recording_is_known_by_its_number():  # V3
    there = on_the_shelf(title="Another name", isrc="XXSTB2400001")

    assert same_recording(song(isrc="XXSTB2400001")) == there


@pytest.mark.parametrize(
    "details",
    [
        {"title": SONG["name"].upper() + "!"},
        {"artist": "The Stub Brothers, Nora Nulls"},
        {"duration_ms": str(SONG["duration_ms"] + 3_000)},
    ],
)
def test_else_by_artist_title_and_length_however_they_are_written(details):  # V3
    there = on_the_shelf()

    assert same_recording(song(**details)) == there


@pytest.mark.parametrize(
    "details",
    [
        {"title": "Something else"},
        {"artist": "Nora Nulls"},
        {"duration_ms": str(SONG["duration_ms"] + 3_001)},
    ],
)
def test_what_differs_is_another_recording(details):  # V3
    on_the_shelf()

    assert same_recording(song(**details)) is None


def test_who_cannot_play_the_queued_one_gets_the_librarys(stub, settle, nest, alice):  # V3
    settle(ANDRE_MIX_CATALOGUES="true")
    there = on_the_shelf()
    queue.add(alice.act, [SONG["uri"]])

    answer = media_grants.token(alice.act, SONG["uri"], NO_DEVICE, "tab")

    assert answer["url"].startswith(f"/media/tracks/{there.pk}?token=")


def test_where_catalogues_do_not_mix_nobody_gets_bytes_of_it(stub, settle, nest, alice):
    settle(MAIN_NEST_CATALOGUE="spotify")
    on_the_shelf()
    queue.add(alice.act, [SONG["uri"]])

    with pytest.raises(Refusal) as refused:
        media_grants.token(alice.act, SONG["uri"], NO_DEVICE, "tab")

    assert refused.value.code == "track_not_found"
