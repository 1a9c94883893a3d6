"""Whether the workers hear: each kind leaves a sign of life that fades in a minute."""

import time

from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis

WORKERS = ("ticks", "upkeep")
FADES_SECONDS = 60

_started = time.monotonic()


def record_heartbeat(worker: str) -> None:
    redis().set(GLOBAL.alive(worker), "1", ex=FADES_SECONDS)


def are_alive() -> bool:
    """In the first minute of a process the workers have its patience: they start beside it."""
    if time.monotonic() - _started < FADES_SECONDS:
        return True
    try:
        return bool(redis().exists(*map(GLOBAL.alive, WORKERS)) == len(WORKERS))
    except Refusal:
        return False
