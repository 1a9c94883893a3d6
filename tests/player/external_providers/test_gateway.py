"""Asking Spotify: politely, never twice blindly, and never for longer than it is worth."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from andre.core.errors import Refusal
from andre.core.keys import SPOTIFY_RATE_LIMITED, provider_broken, provider_token
from andre.core.redis import redis
from player import providers, tasks
from player.providers import circuit_breaker
from player.providers.base import OutcomeUnknown, ProviderError
from player.providers.linked import AccessRefused, DeviceGone, NotListed, PremiumNeeded, Restricted
from player.providers.spotify import auth, client
from tests.support.spotify_stub import catalogue

SPOTIFY = providers.PROVIDERS["spotify"]


def search(words="morning"):
    return SPOTIFY.search(words, "track", 1)


@pytest.mark.parametrize(("skips", "asked"), [("false", 1), ("true", 0)])
def test_a_token_is_fetched_before_anybody_waits_unless_it_shall_not(stub, settle, skips, asked):
    settle(SKIP_SPOTIFY_PREFETCH=skips)  # SP1

    tasks.prefetch()

    assert len(stub.world.calls("POST", "/api/token")) == asked


def test_importing_the_providers_reaches_for_nothing():  # SP1
    code = (
        "import socket\n"
        "def no(*_): raise AssertionError('network')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = no\n"
        "import django; django.setup()\n"
        "import player.providers.spotify.client\n"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stderr == b""


def test_what_is_found_has_all_a_row_shows(stub):  # V4
    first = search()[0]

    assert first.provider == "spotify"
    assert first.uri.startswith("spotify:track:")
    assert (first.title, first.artist) == ("Morning Faults on Demand", "The Stub Brothers")
    assert first.duration_ms == 160_000
    assert "/image/" in first.image


def test_a_page_has_ten_and_the_same_search_asks_once(stub):  # SP3
    assert len(SPOTIFY.search("the", "track", 1)) == 10
    SPOTIFY.search("the", "track", 1)

    assert [call.query["limit"] for call in stub.world.calls("GET", "/search")] == ["10"]


def test_who_adds_what_was_found_asks_nobody_again(stub):  # SP3
    found = search()[0]

    assert SPOTIFY.lookup(found.uri) == found
    assert stub.world.calls("GET", "/tracks") == []


def test_one_token_of_the_house_serves_many_calls(stub):  # SP3
    search("morning")
    search("noon")

    assert len(stub.world.calls("POST", "/api/token")) == 1


def test_at_four_fifths_of_its_life_the_token_is_renewed(stub):  # SP3
    stub.world.token_seconds = 2
    first = auth.house_token()
    time.sleep(1.7)

    assert auth.house_token() != first
    assert redis().ttl(provider_token("spotify")) <= 2


def test_a_token_that_is_refused_is_replaced_once(stub):
    auth.house_token()
    stub.world.access.clear()

    assert search()
    assert len(stub.world.calls("POST", "/api/token")) == 2


@pytest.mark.parametrize(("said", "least", "most"), [(7, 6.5, 7), (None, 29.5, 30)])
def test_too_many_requests_stop_every_call_for_as_long_as_they_say(stub, said, least, most):  # SP2
    stub.goes_wrong("/search", status=429, retry_after=said, times=1)

    with pytest.raises(ProviderError) as first:
        search("one")
    with pytest.raises(ProviderError) as second:
        search("two")

    assert least <= second.value.retry_after <= most
    assert first.value.more["retry_after_s"] == (said or 30)
    assert len(stub.world.calls("GET", "/search")) == 1
    assert redis().exists(SPOTIFY_RATE_LIMITED)


def test_a_wait_is_never_shortened(stub):  # SP2
    circuit_breaker.limit("spotify", 60)

    assert circuit_breaker.limit("spotify", 5) > 59


def test_a_used_up_quota_rests_for_an_hour(stub):  # SP2
    stub.goes_wrong("/search", status=429, message="QUOTA_EXCEEDED", times=1)

    with pytest.raises(ProviderError) as refused:
        search()

    assert 3590 < refused.value.retry_after <= 3600


def test_five_failures_open_the_breaker(stub):  # SP2
    stub.goes_wrong("/search", status=502)

    for words in "one two three four five six seven".split():
        with pytest.raises(ProviderError):
            search(words)

    assert len(stub.world.calls("GET", "/search")) == 5
    assert 29_000 < redis().pttl(provider_broken("spotify")) <= 30_000


@pytest.mark.parametrize("kind", ["html", "truncated"])
def test_what_is_no_answer_counts_as_none(stub, kind):  # SP7
    stub.goes_wrong("/search", kind=kind)

    with pytest.raises(ProviderError):
        search()


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_a_call_that_hangs_is_abandoned(stub, kind):  # SP1
    stub.goes_wrong("/search", kind=kind)
    auth.house_token()
    began = time.monotonic()

    with pytest.raises(ProviderError):
        search()

    assert time.monotonic() - began < 9


def test_nulls_are_left_out(stub):  # SP7
    stub.goes_wrong("/search", kind="nulls")

    assert [track.image for track in search()] == [""] * len(search())
    assert search()


@pytest.mark.parametrize(
    ("status", "message", "reason", "kind"),
    [
        (401, "The access token expired", None, AccessRefused),
        (403, "User not registered in the Developer Dashboard", None, NotListed),
        (403, "Player command failed: Premium required", "PREMIUM_REQUIRED", PremiumNeeded),
        (403, "Player command failed: Restriction violated", "UNKNOWN", Restricted),
        (404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE", DeviceGone),
        (404, "Device not found", None, DeviceGone),
        (503, "Service unavailable", None, OutcomeUnknown),
    ],
)
def test_each_way_of_saying_no_has_its_own_name(stub, status, message, reason, kind):  # SP5
    stub.goes_wrong("/me/player/play", status=status, message=message, reason=reason)

    with pytest.raises(kind) as refused:
        client.tell("start_playback", "token", device_id="d", uris=["u"], position_ms=0)

    assert refused.value.message
    assert len(stub.world.calls("PUT")) == 1


def test_an_album_and_an_artist_become_their_tracks(stub):  # V2
    album = next(iter(catalogue.ALBUMS.values()))

    tracks = SPOTIFY.expand(album["uri"])
    by_artist = SPOTIFY.expand(album["artists"][0]["uri"])

    assert [track.album for track in tracks] == [album["name"]] * 6
    assert {track.artist for track in by_artist} == {album["artists"][0]["name"]}


def test_who_adds_the_songs_of_an_album_asks_nobody_again(stub):  # SP3
    tracks = SPOTIFY.expand(next(iter(catalogue.ALBUMS.values()))["uri"])

    assert SPOTIFY.lookup(tracks[0].uri) == tracks[0]
    assert stub.world.calls("GET", "/tracks") == []


@pytest.mark.parametrize("kind", ["album", "artist"])
def test_albums_and_artists_are_found_with_their_pictures(stub, kind):  # V4 SP3
    found = SPOTIFY.search("no", kind, 1)
    SPOTIFY.search("no", kind, 1)

    assert {each.uri.split(":")[1] for each in found} == {kind}
    assert all("/image/" in each.image for each in found)
    asked = [(call.query["type"], call.query["limit"]) for call in stub.world.calls("GET", "/sea")]
    assert asked == [(kind, "10")]


def test_what_is_not_there_is_said_to_be_so(stub):
    with pytest.raises(Refusal) as refused:
        SPOTIFY.lookup(f"spotify:track:{'0' * 22}")

    assert refused.value.code == "track_not_found"


def test_no_word_of_a_token_reaches_the_log(stub, caplog):  # SP1
    caplog.set_level("DEBUG")
    token = auth.house_token()
    search()

    assert token not in caplog.text


def test_only_one_module_imports_the_library():  # SP1
    imports = re.compile(r"^\s*(?:from|import) spotipy\b", re.MULTILINE)
    root = Path(__file__).resolve().parents[3]

    importers = [
        path.relative_to(root).as_posix()
        for app in ("andre", "nests", "player", "bender")
        for path in (root / app).rglob("*.py")
        if imports.search(path.read_text())
    ]

    assert importers == ["player/providers/spotify/client.py"]
