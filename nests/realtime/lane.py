"""A lane beside the other commands of one connection: in order among itself, and bounded."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None]]


class Lane:
    """One piece of work after the other; nothing else of the connection waits for it."""

    def __init__(self, most_waiting: int) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[Work] = deque()
        self._worker: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= self._most_waiting

    def submit(self, work: Work) -> None:
        """Work raises nothing."""
        self._waiting.append(work)
        if self._worker is None:
            self._worker = asyncio.create_task(self._do_all())

    def close(self) -> None:
        """What has not begun is not done any more."""
        self._waiting.clear()

    async def _do_all(self) -> None:
        try:
            while self._waiting:
                await self._waiting.popleft()()
        finally:
            self._worker = None
