"""How somebody likes the page goes with them from device to device."""

import pytest

from tests.support.programs import with_key

pytestmark = pytest.mark.django_db

NOTHING_CHOSEN = {"accent": None, "mode": None, "faces": None, "speakers_together": None}


@pytest.fixture
def alice(key_of):
    return with_key(key_of("alice", "viewer")[1])


@pytest.fixture
def bob(key_of):
    return with_key(key_of("bob", "viewer")[1])


def test_what_alice_chooses_she_finds_again_and_bob_does_not(alice, bob):  # I11
    alice.asks("PATCH", "/api/me/preferences", {"accent": "pink"})
    alice.asks("PATCH", "/api/me/preferences", {"mode": "light"})

    hers, his = (who.asks("GET", "/api/me/preferences") for who in (alice, bob))

    assert hers.json() == NOTHING_CHOSEN | {"accent": "pink", "mode": "light"}
    assert hers["Cache-Control"] == "no-store"
    assert his.json() == NOTHING_CHOSEN


def test_a_choice_can_be_taken_back(alice):
    alice.asks("PATCH", "/api/me/preferences", {"accent": "pink"})

    answer = alice.asks("PATCH", "/api/me/preferences", {"accent": None})

    assert answer.json() == NOTHING_CHOSEN


@pytest.mark.parametrize("wish", [{"accent": "mauve"}, {"size": 3}, {"mode": 1}, [], "light"])
def test_what_nobody_offers_is_refused(alice, wish):
    answer = alice.asks("PATCH", "/api/me/preferences", wish)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
    assert alice.asks("GET", "/api/me/preferences").json() == NOTHING_CHOSEN


def test_a_stranger_has_none(client):
    assert client.get("/api/me/preferences").status_code == 401
