"""Reads the event streams of many nests with one call to Redis.

Who asks while a read is under way goes with the next one: the busier the house, the more nests
share a call. What one nest's stream has become is no other nest's business.
"""

import asyncio

import structlog
from redis.exceptions import RedisError, ResponseError

from andre.core.redis import async_redis

log = structlog.get_logger(__name__)

READ_AT_ONCE = 500

Entries = list[tuple[str, dict[str, str]]]  # (stream id, fields), oldest first


class Unreadable(Exception):
    """What lies under this name is no stream."""


class EventReader:
    def __init__(self) -> None:
        self._wanted: list[tuple[str, str, asyncio.Future[Entries]]] = []
        self._reading: asyncio.Task[None] | None = None
        self._unreadable: set[str] = set()

    async def read(self, stream: str, begin: str) -> Entries:
        """At most READ_AT_ONCE entries from `begin` on.

        Raises Unreadable, and what the client raises when Redis does not answer.
        """
        answer: asyncio.Future[Entries] = asyncio.get_running_loop().create_future()
        self._wanted.append((stream, begin, answer))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())
        return await answer

    async def _read_all(self) -> None:
        try:
            while self._wanted:
                wanted, self._wanted = self._wanted, []
                await self._read(wanted)
        finally:
            self._reading = None

    async def _read(self, wanted: list[tuple[str, str, asyncio.Future[Entries]]]) -> None:
        pipe = async_redis().pipeline(transaction=False)
        for stream, begin, _ in wanted:
            pipe.xrange(stream, min=begin, count=READ_AT_ONCE)
        try:
            found = await pipe.execute(raise_on_error=False)
        except (OSError, RedisError) as error:
            found = [error] * len(wanted)
        for (stream, _, answer), entries in zip(wanted, found, strict=True):
            settle(answer, self._report_unreadable(stream, entries))

    def _report_unreadable(self, stream: str, found: Entries | Exception) -> Entries | Exception:
        """Told once, until it reads again: whoever asks will ask again and again."""
        if isinstance(found, list):
            self._unreadable.discard(stream)
        if not isinstance(found, ResponseError):
            return found
        if stream not in self._unreadable:
            self._unreadable.add(stream)
            log.error("events_unreadable", stream=stream, error=str(found))
        return Unreadable(stream)


def settle(answer: "asyncio.Future[Entries]", entries: Entries | Exception) -> None:
    if answer.done():
        return  # Whoever asked has gone.
    if isinstance(entries, Exception):
        answer.set_exception(entries)
    else:
        answer.set_result(entries)
