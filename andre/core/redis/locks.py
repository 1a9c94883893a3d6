"""Locks in Redis that nobody holds for longer than they say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis.exceptions import LockError, LockNotOwnedError
from redis.lock import Lock

from andre.core.errors import Refusal
from andre.core.redis.client import redis

LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def hold_lock(name: str, seconds: float, wait_seconds: float = 0) -> Iterator[bool]:
    """Whether this lock is ours, after waiting for it; nobody's is for longer than `seconds`."""
    lock = redis().lock(
        name, timeout=seconds, sleep=LOOK_AGAIN_SECONDS, blocking_timeout=wait_seconds
    )
    if not lock.acquire():
        yield False
        return
    try:
        yield True
    finally:
        with suppress(LockNotOwnedError):  # It took longer than that, and may be another's by now.
            lock.release()


@contextmanager
def hold_renewed_lock(name: str, lease_seconds: float, wait_seconds: float = 0) -> Iterator[bool]:
    """Whether this lock is ours, for as long as it takes; a lease after our process has died it
    is anybody's."""
    lock = redis().lock(
        name, timeout=lease_seconds, blocking_timeout=wait_seconds, thread_local=False
    )
    if not lock.acquire():
        yield False
        return
    ended = threading.Event()
    renewal = threading.Thread(target=keep_renewed, args=(lock, lease_seconds, ended), daemon=True)
    renewal.start()
    try:
        yield True
    finally:
        ended.set()
        renewal.join()
        with suppress(LockError):  # Redis was away for so long that it may be another's by now.
            lock.release()


def keep_renewed(lock: Lock, lease_seconds: float, ended: threading.Event) -> None:
    while not ended.wait(lease_seconds / 3):
        with suppress(LockError, Refusal):  # Redis is away: the next time may reach it.
            lock.reacquire()
