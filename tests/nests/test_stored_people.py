"""A nest that an older version of Andre has stored, with addresses where ids belong."""

import json

import pytest

from andre.accounts.models import Person
from andre.core.errors import NoSuchNest
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.shapes import Snapshot
from andre.web import snapshot
from nests.membership import stored_people
from nests.realtime.send_queue import Revisions
from tests.support.addresses import leaks_in
from tests.support.nest import BEGIN_MS, NestStory, main_nest

pytestmark = pytest.mark.django_db

ALICE, BOB, CAROL = "alice@example.com", "bob@example.com", "carol@example.com"
OLD_ALICE = {"email": ALICE, "name": "Alice", "picture": ""}


@pytest.fixture
def old_nest() -> NestStory:
    """Blue plays and Green waits; everything about people as version 1 stored it."""
    story = main_nest()
    alice, bob, carol = (story.person(name) for name in ("Alice", "Bob", "Carol"))
    bob.listens()
    alice.adds("Blue", "Green")
    carol.adds("Red")
    keys = NestKeys(story.nest_id)
    green = story.id_of("Green")
    redis().hset(keys.people, mapping={BOB: '{"name": "Bob", "picture": "b.png"}'})
    redis().hdel(keys.people, ALICE, CAROL)
    redis().zadd(f"{keys.jams_prefix}{green}", {BOB: BEGIN_MS, CAROL: BEGIN_MS + 1})
    said = json.dumps(OLD_ALICE | {"text": 'my "email": "x@y", "user":"z@y"'})
    redis().zadd(f"{keys.comments_prefix}{green}", {f'{said[:-1]},"at_ms":{BEGIN_MS}}}': BEGIN_MS})
    horn = {"name": "goose", "user": ALICE, "person": OLD_ALICE, "at_ms": 1, "free": False}
    redis().rpush(keys.airhorns, json.dumps(horn))
    redis().hset(keys.playback, "changed_by", CAROL)
    redis().xadd(keys.events, {"event": f'{{"type":"vote_cast","user":"{ALICE}"}}'}, id="99-0")
    redis().hdel(keys.nest_state, "ids_version")
    return story


def seen(story: NestStory, viewer: str = "Bob") -> str:
    with story.now():
        return snapshot.snapshot(story.person(viewer).act)


def test_it_is_brought_up_to_date_by_the_first_look(old_nest):  # R7a
    epoch = redis().get(NestKeys("main").epoch)

    text = seen(old_nest)

    found = json.loads(text)
    Snapshot.model_validate_json(text)
    assert leaks_in(text, "Nobody") == []
    green = next(row for row in found["queue"] if row["title"] == "Green")
    assert green["user"] == person_id(ALICE)
    assert [(jam["id"], jam["name"]) for jam in green["jams"]] == [
        (person_id(BOB), "Bob"),
        (person_id(CAROL), "Carol"),
    ]
    (comment,) = green["comments"]
    assert (comment["id"], comment["text"]) == (person_id(ALICE), 'my "email": "x@y", "user":"z@y"')
    assert found["listeners"] == [
        {"id": person_id(BOB), "name": "Bob", "picture": "b.png", "is_guest": False}
    ]
    (horn,) = found["airhorns"]
    assert (horn["user"], horn["person"]["id"]) == (person_id(ALICE), person_id(ALICE))
    assert found["playback"]["changed_by"] == person_id(CAROL)
    assert found["epoch"] != epoch


def test_no_event_of_before_is_told_again(old_nest):  # R7 R7a
    rev, epoch = redis().get(NestKeys("main").rev), redis().get(NestKeys("main").epoch)

    with old_nest.now():
        _, text = snapshot.welcome(old_nest.person("Bob").act, "{}", Revisions(int(rev) - 1), epoch)

    assert json.loads(text)["events"] is None
    assert redis().exists(NestKeys("main").events) == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda nest: nest.person("Bob").votes("Green", 1),
        lambda nest: nest.ticks(),
        lambda nest: nest.person("Bob").skips(),
        lambda nest: nest.person("Carol").listens(),
    ],
)
def test_whoever_comes_first_finds_ids(old_nest, act):  # R7a
    act(old_nest)

    assert redis().hget(NestKeys("main").nest_state, "ids_version")
    assert leaks_in(json.dumps(old_nest.events()), "Nobody") == []
    assert leaks_in(seen(old_nest), "Nobody") == []


def test_a_name_that_nobody_kept_is_the_persons_own(old_nest):
    Person.objects.create(email=CAROL, name="Carol Danvers")

    found = json.loads(seen(old_nest))

    green = next(row for row in found["queue"] if row["title"] == "Green")
    assert [jam["name"] for jam in green["jams"]] == ["Bob", "Carol Danvers"]


def test_another_key_gives_other_ids_and_the_nest_lives_on(nest, bob, settle):
    before = bob.sees()["listeners"][0]["id"]
    settle(ANDRE_PERSON_ID_KEY="another-key-of-this-house-0123456789")

    after = bob.sees()["listeners"][0]

    assert (after["id"], after["name"]) == (person_id(bob.email), "Bob")
    assert after["id"] != before


def test_a_nest_that_has_gone_is_not_brought_back(nest, bob):  # N10
    redis().delete(NestKeys("main").nest_state)

    with pytest.raises(NoSuchNest):
        stored_people.upgrade(bob.act)

    assert redis().exists(NestKeys("main").nest_state) == 0
