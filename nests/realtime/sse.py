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
from functools import partial
from typing import Any, Protocol

import structlog
from channels.layers import get_channel_layer
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from andre.accounts.authentication import caller_of
from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.executors import free_request_thread, in_thread
from andre.core.http_headers import NO_STORE
from andre.core.keys import MAIN, account_group, nest_group, person_group
from andre.protocol.events import NestDeleted, NestExpired, SentOut
from andre.protocol.shapes import Shape
from nests.devices import connected
from nests.devices.names import DeviceTab, device_named
from nests.door import entries
from nests.membership import members
from nests.membership.actors import actor_in
from nests.moderation import removals
from nests.realtime.arrivals import text_for
from nests.realtime.connections import connections
from nests.realtime.hub import hub
from nests.realtime.send_queue import Revisions
from nests.realtime.sse_format import (
    COMMENT,
    PLACE,
    KeepaliveSchedule,
    StreamSendQueue,
    format_event,
)
from nests.registry.lookup import look_up
from nests.registry.share_links import origin_of

log = structlog.get_logger(__name__)

JOIN_SECONDS = 10
OVER = 1000
ENDS: dict[str, Callable[[dict[str, Any]], Shape]] = {
    "nest.deleted": lambda _: NestDeleted(),
    "nest.expired": lambda _: NestExpired(),
    "person.sent_out": lambda told: SentOut(banned=told["banned"], reason=told["reason"]),
}
HEADERS = NO_STORE | {"X-Accel-Buffering": "no"}

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


class StreamState(Protocol):
    """A nest at one revision; `events` are those since the revision asked for."""

    @property
    def rev(self) -> int: ...
    @property
    def epoch(self) -> str: ...
    @property
    def own_rev(self) -> int: ...
    @property
    def playback(self) -> str: ...
    @property
    def events(self) -> list[tuple[int, str]]: ...
    @property
    def own_events(self) -> list[tuple[int, str]]: ...


class Begin(Protocol):
    """What a newcomer sees, and the snapshot as JSON; none where the missed events suffice."""

    def __call__(
        self, act: CommandContext, since: Revisions | None, epoch: str | None
    ) -> tuple[StreamState, str | None]: ...


def as_view(begin: Begin) -> View:
    @require_GET
    async def events(request: HttpRequest, code: str = MAIN) -> HttpResponseBase:
        credential = await in_thread(caller_of, request)
        seat = credential.seat
        nest = await in_thread(look_up, code, seat.email, client_address(request))
        is_observer = request.GET.get("observe") == "1"
        if is_observer:
            await in_thread(members.require_member, nest.nest_id, seat.email)
        actor = actor_in(nest, credential, is_member=True)
        act = CommandContext(nest.nest_id, actor, origin=origin_of(request))
        if not is_observer:
            token, address = request.GET.get("invite", ""), client_address(request)
            entry = await in_thread(entries.entry_in_address, act, token, address)
            await in_thread(members.admit, act, entry)
        stream = Stream(
            act=act,
            credential=credential,
            is_member=not is_observer,
            last_event_id=request.headers.get("Last-Event-ID", ""),
            device=device_named(request.GET.get("device", "")),
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
    device: DeviceTab
    begin: Begin

    async def texts(self) -> AsyncIterator[str]:
        """All that is sent, until the client or the house ends it."""
        await free_request_thread()
        self.outbox = StreamSendQueue(
            self.act.user, uuid.uuid4().hex, self.device, is_member=self.is_member
        )
        self.rhythm = KeepaliveSchedule(time.monotonic())
        self.watching = asyncio.Event()
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
                hub().catch_up_with(self.act.nest, self.outbox)
            for event in self.outbox.take():
                yield event
            for wanted in self.rhythm.due(time.monotonic(), self.outbox.is_playing):
                yield COMMENT if wanted == "comment" else self.outbox.beacon(hub().clock.now_ms())
            await self.outbox.has_something(self.rhythm.rest(time.monotonic()))
        for event in self.outbox.take():
            yield event

    def beginning(self, seen: StreamState, snapshot: str | None) -> str:
        self.outbox.begin(seen.rev, seen.epoch, json.loads(seen.playback), seen.own_rev)
        if snapshot is not None:
            return format_event("snapshot", snapshot, self.outbox.place_at(seen.rev))
        missed = (text for _, text in seen.events)
        if self.is_member:
            missed = (text_for(self.act.user_id, text) for text in missed)
        texts = [*missed, *(text for _, text in seen.own_events)]
        return COMMENT + "".join(map(self.outbox.format, texts))

    @asynccontextmanager
    async def join(self) -> AsyncIterator[None]:
        """Inside, this is a listener's connection; afterwards nothing is left of it."""
        async with AsyncExitStack() as leaving:  # A step that fails keeps none from the rest.
            leaving.callback(asyncio.create_task(self.watch_groups()).cancel)
            async with asyncio.timeout(JOIN_SECONDS):
                leaving.push_async_callback(hub().detach, self.act.nest, self.outbox)
                await hub().attach(self.act.nest, self.outbox)
                came_ms = await in_thread(clock.now_ms)
                leaving.callback(asyncio.create_task(self.close_on_end(came_ms)).cancel)
                # Who is sent out from here on is found by a group, and who was before by the door.
                await self.watching.wait()
                if not self.is_member:
                    await in_thread(members.require_member, self.act.nest, self.act.user)
                else:
                    leaving.push_async_callback(self.leave)
                    await in_thread(members.enter, self.act, self.outbox.connection)
                    await in_thread(connected.arrive, self.act, self.device)
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
            self.watching.set()
            message = await layer.receive(channel)
            while message["type"] == "account.changed" and await self.credential.is_confirmed():
                message = await layer.receive(channel)
            if (notice := ENDS.get(message["type"])) is not None:
                self.outbox.say(notice(message).model_dump_json())
            self.outbox.close(OVER)
        finally:
            for group in groups:
                await layer.group_discard(group, channel)

    async def close_on_end(self, came_ms: int) -> None:
        """The net under `watch_groups`: a push may be lost. Tokens end without one."""
        find_removal = partial(removals.find_removal, self.act.nest, self.act.user, came_ms)
        notice = await self.credential.end(find_removal)
        if notice is not None:
            self.outbox.say(notice.model_dump_json())
        self.outbox.close(OVER)


def resume_point(last_event_id: str) -> tuple[Revisions | None, str | None]:
    """As `StreamSendQueue.place_at` writes it; anything else begins anew."""
    found = PLACE.fullmatch(last_event_id)
    if found is None:
        return None, None
    return Revisions(int(found[2]), int(found[3] or 0)), found[1]
