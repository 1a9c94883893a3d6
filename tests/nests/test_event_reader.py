"""One call reads the events of many nests, and each gets its own answer."""

import asyncio

import pytest

from andre.core.context import Actor, CommandContext
from andre.core.redis import redis
from nests.membership import members
from nests.realtime.stream_reader import EventReader, Unreadable
from nests.registry import store
from tests.nests.support import build
from tests.support.logs import logged

pytestmark = pytest.mark.django_db(transaction=True)


def two_nests():
    store.ensure_main()
    main, other = (
        CommandContext("main", Actor("bob@example.com", "Bob")),
        CommandContext(build().nest_id),
    )
    members.enter(main, "tab")
    members.publish_presence(main.nest)
    redis().set(other.keys.events, "no stream")
    return main.keys.events, other.keys.events


async def test_what_cannot_be_read_harms_nobody_and_is_told_once():  # R7 R18 F1
    good, bad = await asyncio.to_thread(two_nests)
    reader = EventReader()

    with logged() as log:
        for _ in range(3):
            answers = await asyncio.gather(
                reader.read(bad, "1-0"), reader.read(good, "1-0"), return_exceptions=True
            )

    assert isinstance(answers[0], Unreadable)
    assert [entry_id for entry_id, _ in answers[1]] == ["1-0"]
    assert [line["stream"] for line in log.of("events_unreadable")] == [bad]
