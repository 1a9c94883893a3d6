"""What the hub does without being asked: it keeps members alive, and gathers arrivals."""

import asyncio

import pytest

from andre.core.context import Actor, CommandContext
from andre.core.keys import MAIN, NestKeys, nest_group, person_group
from andre.core.redis import redis
from nests.membership import members
from nests.realtime import hub as ears
from tests.nests.test_hub import Line, hub, opened, until  # noqa: F401  (hub is a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

BOB = "bob@example.com"


async def test_a_connection_that_stays_keeps_its_person_a_member(hub, monkeypatch):  # noqa: F811
    # N13: the liveness of 90 s is refreshed by the connection's heartbeat.
    monkeypatch.setattr(ears, "HEARTBEAT_SECONDS", 0.1)
    await asyncio.to_thread(members.enter, CommandContext(MAIN, Actor(BOB, "Bob")), "tab")
    line = await opened(hub, Line(BOB))
    line.outbox.is_member = True
    alive = NestKeys(MAIN).member(BOB)
    redis().pexpire(alive, 20_000)

    await until(lambda: redis().pttl(alive) > 80_000)

    assert line.closed_with is None


def test_arrivals_are_gathered_for_a_quarter_of_a_second():  # R12
    # Longer, and a count would reach the others after the two seconds of N12.
    assert ears.GATHER_SECONDS == 0.25


def test_a_group_is_of_one_nest_and_of_one_person_in_it():  # X3
    groups = [
        nest_group("X7K2P"),
        nest_group("ABCDE"),
        person_group("X7K2P", BOB),
        person_group("ABCDE", BOB),
        person_group("X7K2P", "charlie@example.com"),
    ]

    assert len(set(groups)) == len(groups)
