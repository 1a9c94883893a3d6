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

P = ParamSpec("P")
T = TypeVar("T")

COMMAND_THREADS = 8
_commands = ThreadPoolExecutor(COMMAND_THREADS, thread_name_prefix="command")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work` in the command pool, with this task's context (request id, nest)."""
    call = partial(copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_commands, call)
