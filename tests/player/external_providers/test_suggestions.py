"""What an empty nest is offered: of what it plays from, and never a refusal."""

import pytest

from andre.core import clock
from andre.core.context import Actor, CommandContext
from nests.membership import members
from nests.registry import store
from player.discovery import suggestions
from player.models import Play
from player.providers import circuit_breaker
from player.queue import repeats
from tests.nests.support import ALICE, visitor
from tests.player.external_providers.people import den
from tests.support.spotify_stub import catalogue

pytestmark = pytest.mark.django_db(transaction=True)

SONGS = list(catalogue.TRACKS.values())
PIANO_MAN = f"spotify:track:{catalogue.PIANO_MAN}"
LONG_AGO_MS = 1_700_000_000_000


def suggested(nest, who=ALICE):
    found = store.get_nest(nest)
    offered = suggestions.suggestions(found, who, repeats.no_repeat_ms(found))
    return [each["uri"] for each in offered]


def played(nest, *songs, heard=1.0, jams=0, at_ms=LONG_AGO_MS, user="bob@example.com"):
    for song in songs:
        Play.objects.create(
            nest_id=nest,
            song_id=Play.objects.count(),
            uri=song["uri"],
            title=song["name"],
            artist=song["artists"][0]["name"],
            duration_ms=song["duration_ms"],
            heard_ms=int(song["duration_ms"] * heard),
            jams=[{"email": f"{number}@example.com"} for number in range(jams)],
            user=user,
            started_ms=at_ms,
            ended_ms=at_ms + song["duration_ms"],
        )


def test_an_empty_nest_on_spotify_is_offered_what_was_loved_there(stub):  # V4
    nest = den()
    store.ensure_main()
    members.admit(CommandContext("main", Actor("alice@example.com")))
    played("main", *SONGS[:6])
    played(nest, SONGS[40])
    played(nest, SONGS[41], heard=0.1, jams=3)
    played(nest, SONGS[42], heard=0.1)

    found = suggested(nest)

    assert found[0] == SONGS[41]["uri"]
    assert SONGS[40]["uri"] in found
    assert SONGS[42]["uri"] not in found
    assert stub.world.calls("GET") == []  # The house itself knew enough.


def test_nobody_is_offered_what_they_may_not_know_of(stub):
    nest = den()
    played("GONE5", SONGS[0], user="charlie@example.com")
    circuit_breaker.limit("spotify", 60)

    assert suggested(nest) == []
    assert suggested(nest, "charlie@example.com") == [SONGS[0]["uri"]]


def test_what_has_just_played_is_not_offered_yet(stub):  # Q5
    nest = den()
    played(nest, SONGS[0], at_ms=clock.now_ms() - 60_000)

    assert SONGS[0]["uri"] not in suggested(nest)


def test_where_nothing_has_played_the_seed_begins(stub):  # N11
    nest = den()

    first = suggested(nest)

    assert first[0] == PIANO_MAN
    assert len(first) == suggestions.SHOWN == len(set(first))


def test_a_nest_with_a_genre_is_offered_that(stub):  # N11
    nest = store.create_nest(ALICE, "Alice", "FunkNest", catalogue="spotify")

    assert len(suggested(nest.nest_id)) == suggestions.SHOWN

    assert {call.query["q"] for call in stub.world.calls("GET", "/search")} == {'genre:"funk"'}


def test_the_main_nest_without_a_seed_is_offered_something_too(stub, settle):
    settle(MAIN_NEST_CATALOGUE="spotify")

    assert len(suggested("main")) == suggestions.SHOWN


def test_the_next_one_who_asks_waits_for_nobody(stub):  # SP3
    nest = den()
    first = suggested(nest)
    before = len(stub.world.ledger)

    assert suggested(nest) == first
    assert len(stub.world.ledger) == before


@pytest.mark.parametrize("wrong", [{"status": 429}, {"status": 503}, {"kind": "hang"}])
def test_where_spotify_is_away_there_is_what_the_house_knows(stub, wrong):  # SP2
    nest = den()
    played(nest, SONGS[0])
    stub.goes_wrong("*", **wrong)

    assert suggested(nest) == [SONGS[0]["uri"]]


def test_limited_and_with_nothing_known_there_is_nothing_and_no_call(stub):  # SP2
    circuit_breaker.limit("spotify", 60)

    assert suggested(den()) == []
    assert stub.world.ledger == []


def test_a_seed_that_leads_nowhere_is_passed_over(stub):
    nest = store.create_nest(
        ALICE, "Alice", "Lost", seed_track=f"spotify:track:{'0' * 22}", catalogue="spotify"
    )

    assert len(suggested(nest.nest_id)) == suggestions.SHOWN


def test_over_http_each_nest_is_offered_its_own(stub):
    alice = visitor("Alice")

    here = alice.get("/api/suggestions", {"nest": den()}).json()["results"]
    library = alice.get("/api/suggestions").json()["results"]

    assert {each["provider"] for each in here} == {"spotify"}
    assert library == []
    assert alice.get("/api/suggestions", {"nest": "NOONE"}).status_code == 404


def test_what_the_song_is_offered_as_can_be_played(stub):
    nest = den()
    played(nest, SONGS[0])

    (offered, *_) = suggestions.suggestions(store.get_nest(nest), ALICE, 0)

    assert (offered["title"], offered["duration_ms"]) == (
        SONGS[0]["name"],
        SONGS[0]["duration_ms"],
    )
