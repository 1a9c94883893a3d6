"""A memory that does not answer is a clear refusal at every door."""

import gc

import pytest
from redis import Redis

from andre.core.errors import Refusal
from andre.core.redis import client as stores
from nests.registry import store


@pytest.fixture
def _nobody_answers(monkeypatch):
    gone = stores.RefusingRedis.from_url("redis://127.0.0.1:9/0", decode_responses=True)
    monkeypatch.setattr(stores, "own_redis", lambda: gone)


@pytest.mark.django_db
@pytest.mark.usefixtures("_nobody_answers")
def test_reading_and_writing_are_refused_as_unavailable():  # F1
    with pytest.raises(Refusal) as reading:
        store.find_nest("main")
    with pytest.raises(Refusal) as together:
        stores.redis().pipeline().get("x").execute()

    assert {reading.value.code, together.value.code} == {"unavailable"}
    assert reading.value.status == 503


@pytest.mark.django_db
def test_memory_that_is_full_refuses_and_leaves_nothing_half_written(full_redis, nest, alice):  # F1
    alice.adds("Blue", "Green")
    before = alice.sees()
    with full_redis(), pytest.raises(Refusal) as refused:
        alice.adds("Red")

    assert refused.value.code == "unavailable"
    assert alice.sees()["queue"] == before["queue"]


@pytest.mark.django_db
def test_scripts_that_the_server_forgot_are_sent_again(nest, alice):  # F1
    from andre.core.redis import redis

    alice.adds("Blue")
    redis().script_flush()

    alice.adds("Green")
    redis().script_flush()

    assert alice.sees()["queue"][0]["title"] == "Green"
    assert isinstance(redis(), Redis)


def test_a_client_that_is_dropped_leaves_the_connection_alone_that_another_thread_uses():
    """Two threads that ask for the first time make one each, and one of the two is dropped."""
    made = stores.own_redis.__wrapped__()
    pool = made.connection_pool
    in_use = pool.get_connection()
    in_use.send_command("PING")

    del made
    gc.collect()

    assert in_use.read_response() == "PONG"
    pool.disconnect()
