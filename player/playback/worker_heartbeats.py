"""Whether workers and beat are alive: each kind leaves a sign of life that fades in a minute."""

import time

from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis

WORKERS = ("ticks", "upkeep")
BEAT = "beat"
FADES_SECONDS = 60

_started = time.monotonic()


def record_heartbeat(process: str) -> None:
    redis().set(GLOBAL.alive(process), "1", ex=FADES_SECONDS)


def workers_are_alive() -> bool:
    return are_alive(*WORKERS)


def beat_is_alive() -> bool:
    return are_alive(BEAT)


def are_alive(*processes: str) -> bool:
    """In the first minute of a process the others have its patience: they start beside it."""
    if time.monotonic() - _started < FADES_SECONDS:
        return True
    try:
        return bool(redis().exists(*map(GLOBAL.alive, processes)) == len(processes))
    except Refusal:
        return False
