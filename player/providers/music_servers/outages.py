"""Songs whose bytes a music server has not given for a while, so that a nest need not wait.

A server that is started anew is away for some seconds: its song sounds again by itself. One that
stays away must not keep a nest silent for as long as its songs would have lasted.
"""

import hashlib

from andre.core import clock
from andre.core.keys import provider_unreachable
from andre.core.redis import redis

PATIENCE_MS = 20_000
FORGOTTEN_SECONDS = 60  # A device tries again every three seconds.


def note_unreachable(uri: str) -> None:
    key, now = key_of(uri), clock.now_ms()
    pipe = redis().pipeline(transaction=False)
    pipe.set(key, now, nx=True)
    pipe.expire(key, FORGOTTEN_SECONDS)
    pipe.execute()


def note_reached(uri: str) -> None:
    redis().delete(key_of(uri))


def is_lost(uri: str) -> bool:
    """Whether devices have asked for it, of a music server, for so long that the nest should go
    on.
    """
    since = redis().get(key_of(uri))
    return since is not None and clock.now_ms() - int(since) >= PATIENCE_MS


def key_of(uri: str) -> str:
    return provider_unreachable(
        uri.partition(":")[0], hashlib.sha256(uri.encode()).hexdigest()[:32]
    )
