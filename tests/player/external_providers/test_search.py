"""Albums, artists and playlists of one's own: found as one thing, opened as their songs."""

import pytest

from andre.core.redis import redis
from player.linked_accounts import accounts, linked_playlists
from player.providers import PROVIDERS
from player.queue import queue
from tests.nests.support import asks, visitor
from tests.player.external_providers.people import Listener, den
from tests.support.spotify_stub import catalogue

pytestmark = pytest.mark.django_db(transaction=True)

SPOTIFY = PROVIDERS["spotify"]
EVENING = f"spotify:playlist:{catalogue.PLAYLIST}"


def searched(who, **asked):
    return visitor(who).get("/api/search", asked)


def titles(answer):
    return [each["title"] for each in answer.json()["results"]]


@pytest.mark.parametrize(
    ("kind", "words", "found"),
    [
        ("album", "nora", ["Nothing There", "Empty Pages"]),
        ("artist", "nora", ["Nora Nulls"]),
        ("track", "hang noon", ["Noon Hang"]),
    ],
)
def test_a_search_finds_what_kind_was_asked_for(stub, kind, words, found):  # V4 I6
    assert titles(searched("Alice", q=words, kind=kind, nest=den())) == found


def test_without_a_kind_songs_are_found(stub):  # V4
    found = searched("Alice", q="morning", nest=den()).json()["results"]

    assert {each["uri"].split(":")[1] for each in found} == {"track"}


def test_another_kind_is_no_kind(stub):
    answer = searched("Alice", q="morning", kind="podcast")

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_what_is_late_is_named_for_every_kind(stub):  # V4
    stub.goes_wrong("/search", status=503)

    answer = searched("Alice", q="nora", kind="artist", nest=den()).json()

    assert answer == {"results": [], "late": ["spotify"]}


def test_an_artist_opens_as_songs_before_any_is_added(stub):  # V2 I6
    nest = den()
    (artist,) = searched("Alice", q="nora", kind="artist", nest=nest).json()["results"]

    opened = asks(visitor("Alice"), "post", "/api/paste", text=artist["uri"], nest=nest).json()

    assert {each["artist"] for each in opened["tracks"]} == {"Nora Nulls"}
    assert (len(opened["tracks"]), opened["unread"]) == (4, [])


# Playlists


@pytest.fixture
def alice(stub):
    return Listener(stub, "Alice", den()).arrives().connects()


def test_a_listener_finds_their_own_playlists_and_nobody_elses(stub, alice):  # SP4 I6
    found = searched("Alice", q="faults", kind="playlist", nest=alice.nest)

    assert titles(found) == ["An Evening of Faults"]


@pytest.mark.parametrize("words", ["evening", "EVE fau", "evenign of falts"])
def test_a_playlist_is_found_by_its_name_however_it_is_typed(stub, alice, words):  # I6
    assert titles(searched("Alice", q=words, kind="playlist", nest=alice.nest)) == [
        "An Evening of Faults"
    ]


def test_they_are_listed_once_in_a_while(stub, alice):  # SP3
    for words in ("r", "ra", "rain"):
        searched("Alice", q=words, kind="playlist", nest=alice.nest)

    assert len(alice.calls("GET", "/me/playlists")) == 1


def test_a_playlist_opens_as_its_songs_and_all_are_added(stub, alice):  # V2 Q6
    person = visitor("Alice")

    opened = asks(person, "post", "/api/paste", text=EVENING, nest=alice.nest).json()
    answer = queue.add(alice.act, [EVENING])

    assert len(opened["tracks"]) == len(answer["added"]) == catalogue.SONGS_OF_PLAYLIST
    assert stub.world.calls("GET", "/tracks") == []


def test_nobody_else_opens_it(stub, alice):  # SP4
    bob = Listener(stub, "Bob", alice.nest).connects()
    Listener(stub, "Carol", alice.nest)

    answers = [
        asks(visitor(who), "post", "/api/paste", text=EVENING, nest=alice.nest).json()
        for who in ("Bob", "Carol")
    ]

    assert [each["tracks"] for each in answers] == [[], []]
    assert [each["unread"][0]["message"] for each in answers] == [
        "Spotify opens only playlists of your own.",
        "Please connect your Spotify account first.",
    ]
    assert len(bob.calls("GET", f"/playlists/{catalogue.PLAYLIST}/items")) == 1


def test_without_an_account_one_is_asked_for_it(stub):  # SP4
    Listener(stub, "Carol", nest := den())

    answer = searched("Carol", q="faults", kind="playlist", nest=nest)

    assert (answer.status_code, answer.json()["error"]) == (409, "account_needed")


def test_a_key_that_is_refused_is_replaced_once(stub, alice):  # SP4
    accounts.access_key_of(alice.email, SPOTIFY)
    stub.world.access.clear()

    assert len(linked_playlists.search_playlists(alice.email, SPOTIFY, "rain", 1)) == 1


def test_who_disconnects_leaves_no_playlist_behind(stub, alice):  # SP4
    linked_playlists.search_playlists(alice.email, SPOTIFY, "rain", 1)
    kept = [redis().get(key) for key in redis().keys("PROVIDER|*")]
    assert any("Rain on the Window" in text for text in kept if text)

    accounts.disconnect(alice.email, "spotify")

    kept = [redis().get(key) for key in redis().keys("PROVIDER|*")]
    assert not any("Rain on the Window" in text for text in kept if text)
