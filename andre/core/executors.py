"""Bounded pools of threads, each with a name, for work that blocks.

Django's `sync_to_async` shares a single thread, and a vote once waited a second behind someone's
slow call. So commands, chat, media, exports and each provider have threads of their own: who waits
for a slow one is missed by nobody else.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import ParamSpec, TypeVar

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

COMMAND_THREADS = 8
CHAT_THREADS = 1  # However much is written, it takes turns with one another and with nothing else.
PROVIDER_THREADS = 8


class BoundedPool:
    """At most `threads` threads. What runs in one has the context of its caller (request id, nest)
    and leaves no stale connection to the database behind.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        call = partial(run_and_close, work, *args, **kwargs)
        return self._executor.submit(copy_context().run, call)

    def call_within(
        self, seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The answer, or TimeoutError raised after so long: then nobody waits for it any more."""
        answer = self.submit(work, *args, **kwargs)
        try:
            return answer.result(timeout=seconds)
        finally:
            answer.cancel()  # Does nothing to what has begun or is done.

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self.submit(work, *args, **kwargs))


def run_and_close(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return work(*args, **kwargs)
    finally:
        close_old_connections()


_commands = BoundedPool("command", COMMAND_THREADS)
_chat = BoundedPool("chat", CHAT_THREADS)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work` in the pool of commands, one hop away."""
    return await _commands.run(work, *args, **kwargs)


async def in_chat_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work` in the pool of the chat, which no other command waits for."""
    return await _chat.run(work, *args, **kwargs)


@cache
def provider_pool(provider: str) -> BoundedPool:
    """Where every call to this provider's servers runs in this process."""
    return BoundedPool(f"provider-{provider}", PROVIDER_THREADS)


async def free_request_thread() -> None:
    """End the thread Django keeps for this request, and what it holds of the database.

    A middleware that is not asynchronous runs in a thread of the request's own, which waits until
    the response has been sent. Streams are sent for hours: six hundred were six hundred threads.
    What comes after this, and still wants a thread, is given another one.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is None or context not in SyncToAsync.context_to_thread_executor:
        return
    await sync_to_async(connections.close_all)()
    SyncToAsync.context_to_thread_executor.pop(context).shutdown(wait=False)
