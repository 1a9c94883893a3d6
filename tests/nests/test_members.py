"""Membership by connection."""

import pytest

from andre import clock
from andre.redis import redis
from nests.services import members
from tests.support.nest import main_nest

pytestmark = pytest.mark.django_db


@pytest.fixture
def nest():
    return main_nest()


def faces(nest):
    return sorted(person["email"] for person in nest.somebody.sees()["listeners"])


def test_a_second_tab_changes_nothing_and_closing_one_is_not_leaving(nest):  # N12
    bob = nest.person("Bob")
    bob.listens("first")
    bob.listens("second")

    bob.leaves("first")
    still_here = faces(nest)
    bob.leaves("second")

    assert still_here == [bob.email]
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

    assert faces(nest) == [alice.email]
    assert nest.events()[-1]["left"] == [bob.email]


def test_beats_keep_a_listener_alive(nest):  # N13
    bob = nest.person("Bob")
    bob.listens()
    key = bob.act.keys.member_prefix + bob.email
    redis().expire(key, 1)

    with clock.at(nest.now_ms + 30_000):
        members.refresh(nest.nest_id, [(bob.email, "tab")])

    assert 80 <= redis().ttl(key) <= 90
