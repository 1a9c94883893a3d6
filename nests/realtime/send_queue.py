"""What one connection is still to be sent: nobody waits for a slow reader."""

import asyncio
import time
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, NamedTuple, Protocol

from andre.core.person_ids import person_id
from nests.devices.names import NO_DEVICE, DeviceTab

OUTBOX_FRAMES = 256  # A reader this far behind is quicker served by coming back.
SILENT_SECONDS = 45  # A page that has not answered for three heartbeats is gone.
STUCK_SECONDS = 20  # A send that does not finish in this time never will.

RESYNCHRONISE = 4013
GONE = 1001

Send = Callable[[str], Awaitable[None]]
Close = Callable[[int], Awaitable[None]]


class Revisions(NamedTuple):
    """How far a client has heard: of the nest, and of what concerns only this listener."""

    nest: int
    listener: int = 0


class SendQueue(Protocol):
    """What the ear knows of a connection, be it a socket or a stream."""

    person: str  # address
    person_id: str
    connection: str
    device: DeviceTab
    is_member: bool
    own_rev: int | None  # Of the listener's own scope, as far as it has been told; None before.

    def push(self, rev: int, event: str) -> None: ...
    def say(self, frame: str) -> None: ...
    def beat(self, heartbeat: str) -> None: ...
    def close(self, code: int) -> None: ...
    def is_lost(self, now: float) -> bool: ...

    def resynchronise(self) -> None:
        """Events are missing, or the state is another one."""

    def refresh(self) -> None:
        """Redis was away and has come back; as far as the ear can tell nothing is missing."""


class ConnectionSendQueue:
    """What one connection is still to be sent. Holds events back until its welcome is known."""

    is_member = True

    def __init__(
        self,
        person: str,
        connection: str,
        send: Send,
        close: Close,
        device: DeviceTab = NO_DEVICE,
    ) -> None:
        self.person = person
        self.person_id = person_id(person)
        self.connection = connection
        self.device = device
        self.own_rev: int | None = None
        self.heard_at = time.monotonic()
        self._send = send
        self._close = close
        self._sending_since: float | None = None
        self._frames: deque[str] = deque()
        self._held: list[tuple[int, str]] | None = []
        self._sender: asyncio.Task[None] | None = None
        self._closing: int | None = None

    def beat(self, heartbeat: str) -> None:
        self.say(heartbeat)

    def resynchronise(self) -> None:
        self.close(RESYNCHRONISE)

    def refresh(self) -> None:
        """Nothing to do: whoever missed something sees the next revision and asks."""

    def push(self, rev: int, event: str) -> None:
        if self._held is not None:
            self._held.append((rev, event))
        else:
            self.say(event)

    def say(self, frame: str) -> None:
        if len(self._frames) >= OUTBOX_FRAMES:
            self._frames.clear()
            self.resynchronise()
        elif self._closing is None:
            self._frames.append(frame)
            self._go_on()

    def open(self, rev: int, welcome: str, own_rev: int = 0) -> None:
        """Let go: the welcome, then what has happened since its revision."""
        if self._held is None:
            return  # Closed before it was opened.
        self.own_rev = own_rev
        held, self._held = self._held, None
        self._frames.appendleft(welcome)
        self._go_on()
        for each, event in held:
            if each > rev:
                self.say(event)

    def close(self, code: int) -> None:
        """Close once everything said so far is sent."""
        if self._closing is None:
            self._closing = code
            self._held = None
            self._go_on()

    def drop(self) -> None:
        """The connection is gone; nothing will be sent any more."""
        self._closing = self._closing or GONE
        self._frames.clear()
        if self._sender is not None:
            self._sender.cancel()

    def is_lost(self, now: float) -> bool:
        is_stuck = self._sending_since is not None and now - self._sending_since > STUCK_SECONDS
        return is_stuck or now - self.heard_at > SILENT_SECONDS

    def _go_on(self) -> None:
        if self._sending_since is None and self._held is None:
            self._sender = start_now(self._send_all())

    async def _send_all(self) -> None:
        """Send what there is. A slow reader waits here and nobody waits for it."""
        self._sending_since = time.monotonic()
        try:
            while self._frames:
                await self._send(self._frames.popleft())
                self._sending_since = time.monotonic()
            if self._closing is not None:
                await self._close(self._closing)
        except (OSError, RuntimeError):
            # It left while we were speaking (what uvicorn says after a close is a RuntimeError).
            self._closing = self._closing or GONE
            self._frames.clear()
        finally:
            self._sending_since = None


def start_now(work: Coroutine[Any, None, None]) -> asyncio.Task[None] | None:
    """Do work here and now; only if it has to wait does the rest of it become a task.

    A thousand sends that need not wait cost a thousand calls and no turn of the loop.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return asyncio.create_task(rest_of(work, awaited))


@types.coroutine
def rest_of(work: Coroutine[Any, None, None], awaited: object) -> Generator[object, None, None]:
    try:
        yield awaited
        yield from work.__await__()
    finally:
        work.close()
