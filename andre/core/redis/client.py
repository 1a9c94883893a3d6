"""The clients of Redis, and what a server that does not answer means."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import (
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry
from redis.sentinel import SentinelConnectionPool

from andre.core.errors import Refusal
from andre.core.redis_address import make_async_pool, make_pool

StoreError = RedisError  # What those who look for faults call it.
AWAY = (NoConnection, TimeoutError, OutOfMemoryError, ReadOnlyError)
CANNOT_KEEP = "MISCONF"  # Its disk is full: the client has no type of its own for this.
Client = Redis  # What those who are handed one call it.

_async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, "AsyncRedis"] = WeakKeyDictionary()
_handed: ContextVar["Redis | None"] = ContextVar("redis", default=None)


def redis() -> "Redis":
    """The synchronous client: the one handed in by `using`, else this process's own."""
    return _handed.get() or own_redis()


@contextmanager
def using(client: "Redis") -> Iterator[None]:
    """Inside, services and scripts work on this client's server, whichever way it decodes."""
    token = _handed.set(client if decodes(client) else clone_client(client, decode_responses=True))
    try:
        yield
    finally:
        _handed.reset(token)


def decodes(client: "Redis") -> bool:
    return bool(client.connection_pool.connection_kwargs.get("decode_responses"))


def database_number(client: "Redis | AsyncRedis") -> int:
    """The database of its server that it is on: two Andres may share a server."""
    return client.connection_pool.connection_kwargs.get("db") or 0


def clone_client(client: "Redis", **other: object) -> "Redis":
    """A client of the same server that differs in these options of its connections."""
    pool = client.connection_pool
    options = pool.connection_kwargs | other
    if isinstance(pool, SentinelConnectionPool):
        del options["connection_pool"]
        options |= {"service_name": pool.service_name, "sentinel_manager": pool.sentinel_manager}
    return Redis(connection_pool=type(pool)(connection_class=pool.connection_class, **options))


@cache
def own_redis() -> "Redis":
    """This process's own client; a connection per thread that uses it at once.

    Two threads that ask for the first time make one each, and the cache drops one of them: a client
    that is dropped closes the pool it made, but not one that it was given, which may be in use.
    """
    pool = make_pool(
        settings.REDIS_URL,
        decode_responses=True,
        retry=Retry(NoBackoff(), 1),
        **settings.REDIS_TIMEOUTS,
    )
    return RefusingRedis(connection_pool=pool)


@contextmanager
def refusing() -> Iterator[None]:
    """A server that cannot answer is a refusal, which every door knows how to tell.

    Raises Refusal `unavailable`.
    """
    try:
        yield
    except RedisError as error:
        if not is_away(error):
            raise
        raise no_answer() from error


def is_away(error: BaseException) -> bool:
    """Whether it is the server that cannot answer, or keep anything."""
    cannot_keep = isinstance(error, ResponseError) and str(error).startswith(CANNOT_KEEP)
    return cannot_keep or isinstance(error, AWAY)


def no_answer() -> Refusal:
    return Refusal("unavailable", "The nest's memory does not answer. Please try again.")


class RefusingRedis(Redis):
    """Raises Refusal `unavailable` where its server cannot answer."""

    def execute_command(self, *args: object, **options: object) -> Any:  # noqa: ANN401
        with refusing():
            return super().execute_command(*args, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> "Pipeline":
        return RefusingPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )


class RefusingPipeline(Pipeline):
    def execute(self, raise_on_error: bool = True) -> list[Any]:
        with refusing():
            return list(super().execute(raise_on_error))


def async_redis() -> "AsyncRedis":
    """The asynchronous client of the running loop; two loops never share one."""
    loop = asyncio.get_running_loop()
    if loop not in _async_clients:
        _async_clients[loop] = AsyncRedis.from_pool(
            make_async_pool(
                settings.REDIS_URL,
                decode_responses=True,
                retry=AsyncRetry(NoBackoff(), 1),
                **settings.REDIS_TIMEOUTS,
            )
        )
    return _async_clients[loop]


def subscriber() -> "AsyncRedis":
    """A client for one long subscription: it may wait for hours, so it has no read timeout."""
    return AsyncRedis.from_pool(
        make_async_pool(
            settings.REDIS_URL,
            decode_responses=True,
            retry=AsyncRetry(NoBackoff(), 0),
            **settings.REDIS_TIMEOUTS | {"socket_timeout": None, "health_check_interval": 15},
        )
    )
