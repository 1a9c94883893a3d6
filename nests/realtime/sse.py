"""Server-sent events: a nest for programs that only listen.

A stream is one more connection to the hub. It begins with a snapshot, or with what was missed
since `Last-Event-ID`, and goes on with every event. Whatever concerns the connection itself (a
sign-out, a ban, the nest's deletion) ends it; who comes back is looked at anew at the door.
"""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from channels.layers import get_channel_layer
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from andre.accounts.authentication import caller_of
from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.executors import free_request_thread, in_thread
from andre.core.keys import MAIN, account_group, nest_group, person_group
from andre.protocol.events import NestDeleted, NestExpired
from nests.membership import members
from nests.realtime.arrivals import text_for
from nests.realtime.connections import connections
from nests.realtime.hub import hub
from nests.realtime.sse_format import COMMENT, KeepaliveSchedule, StreamSendQueue, format_event
from nests.registry.lookup import look_up
from nests.registry.share_links import origin_of

log = structlog.get_logger(__name__)

JOIN_SECONDS = 10
OVER = 1000
ENDS = {"nest.deleted": NestDeleted, "nest.expired": NestExpired}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


class StreamState(Protocol):
    """A nest at one revision; `events` are those since the revision asked for."""

    @property
    def rev(self) -> int: ...
    @property
    def epoch(self) -> str: ...
    @property
    def playback(self) -> str: ...
    @property
    def events(self) -> list[tuple[int, str]]: ...


class Begin(Protocol):
    """What a newcomer sees, and the snapshot as JSON; none where the missed events suffice."""

    def __call__(
        self, act: CommandContext, since: int | None, epoch: str | None
    ) -> tuple[StreamState, str | None]: ...


def as_view(begin: Begin) -> View:
    @require_GET
    async def events(request: HttpRequest, code: str = MAIN) -> HttpResponseBase:
        credential = await in_thread(caller_of, request)
        seat = credential.seat
        nest = await in_thread(look_up, code, seat.email, client_address(request))
        act = CommandContext(
            nest.nest_id, seat.email, seat.name, seat.picture, seat.role, origin=origin_of(request)
        )
        is_observer = request.GET.get("observe") == "1"
        if is_observer:
            await in_thread(members.require_member, act)
        stream = Stream(
            act=act,
            credential=credential,
            is_member=not is_observer,
            last_event_id=request.headers.get("Last-Event-ID", ""),
            begin=begin,
        )
        connections.add(seat.email, stream)
        return StreamingHttpResponse(
            stream.texts(), content_type="text/event-stream", headers=HEADERS
        )

    return events


@dataclass(eq=False)
class Stream:
    """One program listening to one nest."""

    act: CommandContext
    credential: Credential
    is_member: bool
    last_event_id: str
    begin: Begin

    async def texts(self) -> AsyncIterator[str]:
        """All that is sent, until the client or the house ends it."""
        await free_request_thread()
        self.outbox = StreamSendQueue(self.act.user, uuid.uuid4().hex, is_member=self.is_member)
        self.rhythm = KeepaliveSchedule(time.monotonic())
        try:
            async with self.join():
                async for text in self.lines():
                    self.outbox.sending_since = time.monotonic()
                    yield text
                    self.outbox.sending_since = None
        except (Refusal, TimeoutError) as refusal:
            log.info("stream_ended", nest=self.act.nest, reason=str(refusal))
        finally:
            connections.remove(self.act.user, self)

    async def lines(self) -> AsyncIterator[str]:
        since, epoch = resume_point(self.last_event_id)
        while not self.outbox.is_closed:
            if self.outbox.is_stale:
                seen, snapshot = await in_thread(self.begin, self.act, since, epoch)
                since = None
                yield self.beginning(seen, snapshot)
            for event in self.outbox.take():
                yield event
            for wanted in self.rhythm.due(time.monotonic(), self.outbox.is_playing):
                yield COMMENT if wanted == "comment" else self.outbox.beacon(hub().clock.now_ms())
            await self.outbox.has_something(self.rhythm.rest(time.monotonic()))
        for event in self.outbox.take():
            yield event

    def beginning(self, seen: StreamState, snapshot: str | None) -> str:
        self.outbox.begin(seen.rev, seen.epoch, json.loads(seen.playback))
        if snapshot is not None:
            return format_event("snapshot", snapshot, f"{seen.epoch}-{seen.rev}")
        missed = (text for _, text in seen.events)
        if self.is_member:
            missed = (text_for(self.act.user, text) for text in missed)
        return COMMENT + "".join(map(self.outbox.format, missed))

    @asynccontextmanager
    async def join(self) -> AsyncIterator[None]:
        """Inside, this is a listener's connection; afterwards nothing is left of it."""
        async with AsyncExitStack() as leaving:  # A step that fails keeps none from the rest.
            for guard in (self.watch_groups(), self.close_on_session_end()):
                leaving.callback(asyncio.create_task(guard).cancel)
            async with asyncio.timeout(JOIN_SECONDS):
                leaving.push_async_callback(hub().detach, self.act.nest, self.outbox)
                await hub().attach(self.act.nest, self.outbox)
                if self.is_member:
                    leaving.push_async_callback(self.leave)
                    await in_thread(members.enter, self.act, self.outbox.connection)
                    hub().gather_presence(self.act.nest)
            yield

    async def leave(self) -> None:
        await in_thread(members.leave, self.act, self.outbox.connection)
        hub().gather_presence(self.act.nest)

    async def watch_groups(self) -> None:
        """End with the first message that is meant: about this connection, person, or nest."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        groups = [
            nest_group(self.act.nest),
            person_group(self.act.nest, self.act.user),
            account_group(self.act.user),
            self.credential.group,
        ]
        try:
            for group in groups:
                await layer.group_add(group, channel)
            message = await layer.receive(channel)
            while message["type"] == "account.changed" and await self.credential.is_confirmed():
                message = await layer.receive(channel)
            if (notice := ENDS.get(message["type"])) is not None:
                self.outbox.say(notice().model_dump_json())
            self.outbox.close(OVER)
        finally:
            for group in groups:
                await layer.group_discard(group, channel)

    async def close_on_session_end(self) -> None:
        """The net under `watch_groups`: a push may be lost. Tokens end without one."""
        await self.credential.end()
        self.outbox.close(OVER)


def resume_point(last_event_id: str) -> tuple[int | None, str | None]:
    """`{epoch}-{rev}`, as this house writes it; anything else begins anew."""
    epoch, _, rev = last_event_id.rpartition("-")
    if not epoch or not rev.isdecimal() or len(rev) > 15:
        return None, None
    return int(rev), epoch
