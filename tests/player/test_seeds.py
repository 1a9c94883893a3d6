"""What nests ask the player when they are built."""

import pytest

from nests.registry import store
from player.discovery import seeds
from player.models import Play
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db
ALICE = "alice@example.com"


def played(uri, number, nest="main"):
    Play.objects.create(
        nest_id=nest,
        nest_name="Main Nest",
        song_id=number,
        uri=uri,
        title="x",
        artist="y",
        duration_ms=1,
        started_ms=number,
        ended_ms=number,
        outcome="played",
    )


def test_the_genre_of_a_given_track_is_looked_up():  # N11
    blue, grey = shelved(recording("Blue", genre="dub"), recording("Grey"))

    nests = [
        store.create_nest(ALICE, "Alice", "One", seed_track=uri)
        for uri in (blue.uri, grey.uri, "library:track:999999")
    ]

    assert [nest.genre_hint for nest in nests] == ["dub", None, None]
    assert nests[0].seed_uri == blue.uri


def test_without_a_seed_the_librarys_favourite_begins():  # N11
    blue, grey = shelved(recording("Blue"), recording("Grey"))
    before = seeds.default_seed()
    for number, uri in enumerate([blue.uri, grey.uri, grey.uri, "spotify:track:x"]):
        played(uri, number)

    assert before == blue.uri
    assert seeds.default_seed() == grey.uri
    assert store.create_nest(ALICE, "Alice", "Friday Vibes").seed_uri == grey.uri


def test_a_code_in_the_history_is_never_given_out_again():  # N2
    import random

    code = store.create_nest(ALICE, "Alice", "One", random.Random(7)).code
    from andre.core.redis import redis

    redis().flushdb()
    played("library:track:1", 1, nest=code)

    assert store.create_nest(ALICE, "Alice", "One", random.Random(7)).code != code
