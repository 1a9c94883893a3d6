"""Membership by connection."""

import pytest

from andre.accounts.identity import Identity
from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.membership import members
from nests.registry import serializers, store, summaries
from nests.signals import nest_emptied, nest_woken
from tests.nests.support import build
from tests.support.nest import main_nest

VIEWER = Identity("alice@example.com", "Alice", "", "viewer")
pytestmark = pytest.mark.django_db


@pytest.fixture
def nest():
    return main_nest()


def faces(nest):
    return sorted(person["id"] for person in nest.somebody.sees()["listeners"])


def test_a_second_tab_changes_nothing_and_closing_one_is_not_leaving(nest):  # N12
    bob = nest.person("Bob")
    bob.listens("first")
    bob.listens("second")

    bob.leaves("first")
    still_here = faces(nest)
    bob.leaves("second")

    assert still_here == [bob.id]
    assert faces(nest) == []


def test_the_newcomers_own_welcome_counts_them(nest):  # N12 R12
    bob = nest.person("Bob")

    with nest.now():
        members.enter(bob.act, "tab")

    assert bob.sees()["count"] == 1
    assert nest.somebody.sees()["count"] == 0


def test_coming_and_going_within_a_moment_is_not_told(nest):  # R12
    bob = nest.person("Bob")
    with nest.now():
        members.enter(bob.act, "tab")
        members.leave(bob.act, "tab")
        members.publish_presence(nest.nest_id)

    assert nest.events() == []


def test_a_crashed_process_leaves_no_ghost(nest):  # N13
    alice, bob = nest.person("Alice"), nest.person("Bob")
    alice.listens()
    bob.listens()
    redis().delete(bob.act.keys.member_prefix + bob.email)  # 90 s later, as Redis sees it.

    with nest.now():
        members.prune(nest.nest_id)

    assert faces(nest) == [alice.id]
    assert nest.events()[-1]["left"] == [bob.id]


def test_beats_keep_a_listener_alive(nest):  # N13
    bob = nest.person("Bob")
    bob.listens()
    key = bob.act.keys.member_prefix + bob.email
    redis().expire(key, 1)

    with clock.freeze(nest.now_ms + 30_000):
        members.refresh(nest.nest_id, [(bob.email, "tab")])

    assert 80 <= redis().ttl(key) <= 90


def test_a_connection_admits_and_its_end_dismisses_nobody(nest):  # N14
    bob = nest.person("Bob")
    bob.listens()
    bob.leaves()

    assert members.is_member(nest.nest_id, bob.email)
    assert summaries.summary(nest.nest_id).listeners == 0


def test_who_leaves_for_good_is_no_member_and_no_listener(nest):  # N14
    alice, bob = nest.person("Alice"), nest.person("Bob")
    alice.listens()
    bob.listens("first")
    bob.listens("second")

    with nest.now():
        members.disconnect_everywhere(bob.act)

    assert not members.is_member(nest.nest_id, bob.email)
    assert faces(nest) == [alice.id]
    assert nest.events()[-1]["left"] == [bob.id]


def test_a_late_beat_brings_nobody_back_who_has_left_for_good(nest):  # N14
    bob = nest.person("Bob")
    bob.listens()
    with nest.now():
        members.disconnect_everywhere(bob.act)
        members.refresh(nest.nest_id, [(bob.email, "tab")])

    assert faces(nest) == []
    assert redis().exists(NestKeys(nest.nest_id).member(bob.email)) == 0


def test_a_process_that_slept_finds_its_people_again(nest):  # N13
    bob = nest.person("Bob")
    bob.listens()
    redis().delete(bob.act.keys.member(bob.email))
    with nest.now():
        members.prune(nest.nest_id)
        emptied = faces(nest)
        members.refresh(nest.nest_id, [(bob.email, "tab")])

    assert emptied == []
    assert faces(nest) == [bob.id]
    assert [person["id"] for person in nest.events()[-1]["joined"]] == [bob.id]


def test_counting_leaves_out_who_has_crashed(nest):  # N13
    alice, bob = nest.person("Alice"), nest.person("Bob")
    alice.listens()
    bob.listens()
    redis().delete(bob.act.keys.member(bob.email))

    assert summaries.summary(nest.nest_id).listeners == 1
    assert serializers.serialize_nest(store.get_nest("main"), VIEWER, "")["listeners"] == 1
    assert redis().smembers(bob.act.keys.listeners) == {alice.email}


def test_the_floors_above_hear_of_the_last_one_out_and_the_first_one_in(nest):  # N18
    heard = []

    def emptied(nest, **_):
        heard.append("emptied")

    def woken(nest, **_):
        heard.append("woken")

    nest_emptied.connect(emptied)
    nest_woken.connect(woken)
    try:
        nest.person("Alice").listens()
        nest.person("Bob").listens()
        nest.person("Alice").leaves()
        nest.person("Bob").leaves()
    finally:
        nest_emptied.disconnect(emptied)
        nest_woken.disconnect(woken)

    assert heard == ["woken", "emptied"]


def test_one_person_listens_in_several_nests():  # N14
    first, second = build("One", seed=1), build("Two", seed=2)
    bob = main_nest().person("Bob")
    for nest in (first, second):
        members.enter(CommandContext(nest.nest_id, bob.act.actor), "tab")

    assert members.nests_of(bob.email, [first.nest_id, second.nest_id, "main"]) == {
        first.nest_id,
        second.nest_id,
    }


def test_nobody_enters_a_nest_that_is_not_there():  # N14
    with pytest.raises(NoSuchNest):
        members.admit(CommandContext("ZZZZZ", Actor("bob@example.com", "Bob")))


def test_coming_and_going_is_activity(nest):  # N8
    bob = nest.person("Bob")
    begun = store.get_nest("main").last_activity
    nest.now_ms += 5_000
    bob.listens()
    came = store.get_nest("main").last_activity
    nest.now_ms += 5_000
    bob.leaves()

    assert begun < came < store.get_nest("main").last_activity
