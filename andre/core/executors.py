"""Where blocking work of the sockets runs: one hop, a pool of its own.

Django's `sync_to_async` shares a single thread, and a vote once waited a second behind someone's
slow call.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")

COMMAND_THREADS = 8
_commands = ThreadPoolExecutor(COMMAND_THREADS, thread_name_prefix="command")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work` in the command pool, with this task's context (request id, nest)."""
    call = partial(copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_commands, call)


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
