"""What a stream of events is made of: its outbox, its rhythm, its lines. Waits for nothing."""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Literal

from andre.core.person_ids import person_id
from andre.protocol.events import TimelineBeacon
from nests.devices.names import NO_DEVICE, DeviceTab
from nests.realtime.send_queue import STUCK_SECONDS

FRAMES = 50  # Who is further behind wants what is new, not what was.
COMMENT_SECONDS = 10.0  # An edge in between cuts what is silent, some after 15 seconds.
BEACON_SECONDS = 4.0
COMMENT = ":\n\n"

HEAD = re.compile(r'\{"type":"(\w+)"(?:,"rev":(\d+))?')  # how every event's text begins
OWN_HEAD = re.compile(r'\{"type":"\w+","scope":"listener","rev":(\d+)')  # one listener's only
PLACE = re.compile(r"(.+)-(\d{1,15})(?:\.(\d{1,15}))?")
TELLS_PLAYBACK = {"playback_state", "song_started", "nest_fell_silent"}

Wanted = Literal["comment", "beacon"]


class KeepaliveSchedule:
    """When a comment and a beacon are due; seconds of a monotonic clock are handed in."""

    def __init__(self, now: float) -> None:
        self.comment_at = now + COMMENT_SECONDS
        self.beacon_at = now + BEACON_SECONDS

    def due(self, now: float, is_playing: bool) -> Iterator[Wanted]:
        if now >= self.beacon_at:
            self.beacon_at = now + BEACON_SECONDS
            if is_playing:
                yield "beacon"
        if now >= self.comment_at:
            self.comment_at = now + COMMENT_SECONDS
            yield "comment"

    def rest(self, now: float) -> float:
        return max(0.0, min(self.comment_at, self.beacon_at) - now)


class StreamSendQueue:
    """Keeps the latest only: who reads slowly sees a gap in the ids, and stays."""

    def __init__(
        self, person: str, connection: str, device: DeviceTab = NO_DEVICE, *, is_member: bool
    ) -> None:
        self.person = person
        self.person_id = person_id(person)
        self.connection = connection
        self.device = device
        self.is_member = is_member
        self.is_closed = False
        self.own_rev: int | None = None
        self._own_sent = 0
        self.sending_since: float | None = None
        self.rev = 0
        self.epoch = ""
        self._events: deque[str] = deque(maxlen=FRAMES)
        self._held: list[str] | None = []
        self._playback: dict[str, Any] = {"is_playing": False}
        self._playback_rev = 0
        self._wake = asyncio.Event()
        self._reader = asyncio.current_task()

    # What the ear does with it

    def push(self, rev: int, event: str) -> None:
        kind, _ = head_of(event)
        if kind in TELLS_PLAYBACK:
            told = json.loads(event)
            self._playback, self._playback_rev = told.get("playback", told), rev
        if self._held is not None:
            self._held.append(event)
        else:
            self.say(event)

    def say(self, event: str) -> None:
        self._events.append(event)
        self._wake.set()

    def beat(self, heartbeat: str) -> None:
        """Comments have a rhythm of their own."""

    def resynchronise(self) -> None:
        """Hold back what comes until a fresh snapshot has been read."""
        self._events.clear()
        self._held = []
        self.own_rev = None
        self._playback_rev = 0  # In another epoch revisions begin anew.
        self._wake.set()

    def refresh(self) -> None:
        self.resynchronise()

    def is_lost(self, now: float) -> bool:
        return self.sending_since is not None and now - self.sending_since > STUCK_SECONDS

    def close(self, _: int) -> None:
        """End once everything said so far is sent; at once if the client takes nothing."""
        self.is_closed = True
        self._wake.set()
        if self._reader is not None and self.is_lost(time.monotonic()):
            self._reader.cancel()

    # What its stream does with it

    @property
    def is_stale(self) -> bool:
        return self._held is not None

    @property
    def is_playing(self) -> bool:
        return bool(self._playback["is_playing"])

    def begin(self, rev: int, epoch: str, playback: dict[str, Any], own_rev: int = 0) -> None:
        """What was seen at `rev` goes out first; what has come since is let go after it."""
        self.rev, self.epoch = rev, epoch
        self.own_rev = self._own_sent = own_rev
        if rev >= self._playback_rev:
            self._playback, self._playback_rev = playback, rev
        held, self._held = self._held or [], None
        for event in held:
            self.say(event)

    def take(self) -> Iterator[str]:
        """What waits, without what a snapshot has told already."""
        while self._events:
            event = self._events.popleft()
            _, rev = head_of(event)
            if rev is None or rev > self.rev:
                self.rev = rev or self.rev
                yield self.format(event)

    async def has_something(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    def format(self, event: str) -> str:
        kind, rev = head_of(event)
        if own := OWN_HEAD.match(event):
            self._own_sent = int(own[1])
            return format_event(kind, event, self.place_at(self.rev))
        return format_event(kind, event, None if rev is None else self.place_at(rev))

    def place_at(self, rev: int) -> str:
        """`{epoch}-{rev}`, and behind a dot the revision of what is the listener's own, if any."""
        return f"{self.epoch}-{rev}.{self._own_sent}" if self._own_sent else f"{self.epoch}-{rev}"

    def beacon(self, now_ms: float) -> str:
        """The projected position; it has no id, so a client's place in the events stays."""
        playback = self._playback
        left = max(0, playback["ends_at_ms"] - int(now_ms))
        beacon = TimelineBeacon(
            rev=self.rev,
            song_id=playback["song_id"],
            position_ms=max(0, playback["duration_ms"] - left),
            duration_ms=playback["duration_ms"],
            ends_at_ms=playback["ends_at_ms"],
            server_ms=int(now_ms),
        )
        return format_event(beacon.type, beacon.model_dump_json())


def head_of(event: str) -> tuple[str, int | None]:
    """Raises ValueError."""
    found = HEAD.match(event)
    if found is None:
        raise ValueError("an event's text begins with its type")
    return found[1], None if found[2] is None else int(found[2])


def format_event(kind: str, data: str, event_id: str | None = None) -> str:
    """One event as WHATWG HTML, section 9.2, has it; JSON has no line breaks to care for."""
    name = "" if event_id is None else f"id: {event_id}\n"
    return f"{name}event: {kind}\ndata: {data}\n\n"
