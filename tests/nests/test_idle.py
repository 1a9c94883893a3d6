"""When a nest may go: the pure decision, and the script that decides the same."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andre.core import clock
from andre.core.conf import conf
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.lifecycle import deletion
from nests.lifecycle.expiry_rule import should_delete_nest
from nests.registry import store
from tests.nests.support import build

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def idle_for(minutes, ttl=120, **more):
    since = (NOW - timedelta(minutes=minutes)).isoformat()
    return {"nest_id": "X7K2P", "last_activity": since, "ttl_minutes": ttl, "is_main": False} | more


@pytest.mark.parametrize(
    ("metadata", "members", "queued", "goes"),
    [
        (idle_for(180), 0, 0, True),
        (idle_for(180), 1, 0, False),
        (idle_for(180), 0, 1, False),
        (idle_for(180, is_main=True), 0, 0, False),
        (idle_for(180, nest_id="main"), 0, 0, False),
        (idle_for(120), 0, 0, True),
        (idle_for(119), 0, 0, False),
        (idle_for(24 * 60 - 1), 0, 3, False),
        (idle_for(24 * 60), 0, 3, True),
        (idle_for(48 * 60), 1, 3, False),
    ],
)
def test_the_decision(metadata, members, queued, goes):  # N15 N17
    assert should_delete_nest(metadata, members, queued, NOW) is goes


def test_a_moment_without_a_zone_is_utc():  # N15
    metadata = idle_for(180) | {"last_activity": "2026-05-01T09:00:00"}

    assert should_delete_nest(metadata, 0, 0, NOW.replace(tzinfo=None))


MINUTES = st.integers(0, 60 * 26) | st.sampled_from([4, 5, 6, 24 * 60 - 1, 24 * 60, 24 * 60 + 1])


@settings(max_examples=60, deadline=None)
@given(MINUTES, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_the_script_decides_as_the_function_does(minutes, listeners, songs, of_bender):  # N15
    redis().flushdb()
    nest = build()
    keys, begin_ms = NestKeys(nest.nest_id), clock.now_ms()
    for number in range(listeners):
        redis().sadd(keys.listeners, f"fan{number}@example.com")
        redis().set(keys.member(f"fan{number}@example.com"), "1")
    for number in range(songs + of_bender):
        redis().zadd(keys.queue, {f"{number:010d}": number})
        redis().hset(f"{keys.song_prefix}{number}", "auto", "0" if number < songs else "1")
    redis().set(keys.last_activity, begin_ms)
    metadata = json.loads(json.dumps(vars(store.get_nest(nest.code))))
    now = datetime.fromtimestamp(begin_ms / 1000, UTC) + timedelta(minutes=minutes)

    with clock.freeze(begin_ms + minutes * 60_000):
        begun = deletion.begin_delete(store.get_nest(nest.code), only_if_idle=True)

    assert begun is should_delete_nest(metadata, listeners, songs, now)
    assert conf().nest_max_inactive_minutes == 5


def test_whoever_has_crashed_keeps_no_nest():  # N13 N15
    nest = build()
    redis().sadd(NestKeys(nest.nest_id).listeners, "ghost@example.com")

    with clock.freeze(clock.now_ms() + 6 * 60_000):
        assert deletion.clean_up() == 1


def test_songs_of_bender_keep_no_nest():  # N15
    nest = build()
    keys = NestKeys(nest.nest_id)
    redis().zadd(keys.queue, {"0000000001": 1})
    redis().hset(f"{keys.song_prefix}1", "auto", "1")

    with clock.freeze(clock.now_ms() + 6 * 60_000):
        assert deletion.clean_up() == 1
