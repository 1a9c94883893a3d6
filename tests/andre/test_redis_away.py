"""A memory that does not answer is a clear refusal at every door."""

import pytest
from redis import Redis

from andre.core import redis as stores
from andre.core.errors import Refusal
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
def test_memory_that_is_full_refuses_and_leaves_nothing_half_written(nest, alice):  # F1
    from andre.core.redis import redis

    alice.adds("Blue", "Green")
    before = alice.sees()
    redis().config_set("maxmemory", 1)
    try:
        with pytest.raises(Refusal) as refused:
            alice.adds("Red")
    finally:
        redis().config_set("maxmemory", 0)

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
