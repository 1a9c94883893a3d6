"""One at a time, by a lock in Redis."""

import time

from andre.core.redis import hold_lock, hold_renewed_lock, redis

NAME = "a lock of this test"


def test_one_holds_it_and_gives_it_back():
    with hold_lock(NAME, 15) as alice:
        with hold_lock(NAME, 15) as bob:
            held = (alice, bob)
        still_there = redis().exists(NAME)

    assert held == (True, False)
    assert still_there
    assert not redis().exists(NAME)


def test_who_waits_gets_it_next():
    redis().set(NAME, "somebody's, for a moment", px=200)

    with hold_lock(NAME, 15, wait_seconds=10) as is_ours:
        assert is_ours


def test_who_took_too_long_does_not_give_back_anothers():
    with hold_lock(NAME, 15):
        redis().set(NAME, "somebody else's by now")

    assert redis().get(NAME) == "somebody else's by now"


def test_a_renewed_lock_outlives_its_lease():
    with hold_renewed_lock(NAME, lease_seconds=0.3) as is_ours:
        assert is_ours
        for _ in range(4):
            time.sleep(0.2)
            with hold_renewed_lock(NAME, lease_seconds=0.3) as is_anothers:
                assert not is_anothers

    assert not redis().exists(NAME)
