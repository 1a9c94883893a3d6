"""The door: in to the switchboard, out to the browser. No rule lives here."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from andre.accounts.client_address import client_address_of
from andre.accounts.credentials import Credential, pass_has_moved
from andre.accounts.identity import Identity
from andre.core import clock, permissions
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.executors import in_chat_thread, in_thread
from andre.core.keys import MAIN, account_group, creators_group, nest_group, person_group
from andre.core.person_ids import public_person
from andre.protocol import frames
from andre.protocol.commands import Beat, Command, ProbeClock, SendChatMessage, SyncCheck
from andre.protocol.events import (
    GuestsWaiting,
    ListenersWaiting,
    NestDeleted,
    NestExpired,
    NotLetIn,
    SentOut,
    SyncCorrection,
)
from andre.protocol.frames import Answer
from andre.telemetry import metrics
from nests.console import gates
from nests.devices import connected
from nests.devices.names import DeviceTab, device_named
from nests.door import entries
from nests.door.refusals import Banned, EntryRefused
from nests.lifecycle import deletion
from nests.membership import members
from nests.membership.actors import actor_in
from nests.moderation import removals
from nests.realtime.connections import connections
from nests.realtime.hub import STORE_AWAY, Hub, hub
from nests.realtime.lane import Lane
from nests.realtime.send_queue import ConnectionSendQueue, Revisions
from nests.registry import store
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of_socket

log = structlog.get_logger(__name__)

NOT_SIGNED_IN = 4001
NO_SUCH_NEST = 4002
NOT_LET_IN = 4003
EXPIRED = 4004
BEING_DELETED = 4005
FLOOD = 4008
BANNED = 4010
REMOVED = 4011
SESSION_ENDED = 4012
PASS_ENDED = 4014
PASS_MOVED = 4015
TRY_AGAIN = 1013

JOIN_SECONDS = 10
FRAMES_PER_WINDOW, WINDOW_SECONDS = 50, 5
FLOOD_FRAMES, FLOOD_SECONDS = 500, 10
MESSAGES_WAITING = 10

FindRemoval = Callable[[], SentOut | None]


class Switchboard(Protocol):
    def __call__(self, act: CommandContext, command: Command) -> Answer: ...


class Welcome(Protocol):
    def __call__(
        self, act: CommandContext, you: str, since: Revisions | None, epoch: str | None
    ) -> tuple[Revisions, str]: ...


class NestConsumer(AsyncConsumer):
    """One connection of one person to one nest."""

    switchboard: Switchboard
    welcome: Welcome

    def __init__(self, switchboard: Switchboard, welcome: Welcome) -> None:
        super().__init__()
        self.switchboard = switchboard
        self.welcome = welcome
        self.act: CommandContext | None = None
        self.leaving = AsyncExitStack()
        self.window = Window(FRAMES_PER_WINDOW, WINDOW_SECONDS)
        self.flood = Window(FLOOD_FRAMES, FLOOD_SECONDS)
        self.chat = Lane(MESSAGES_WAITING)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Whatever happens in between, and however it ends: who came has left afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without Channels' thread hop that closes old database connections: there are none."""
        handler: Callable[[dict[str, Any]], Any] = getattr(self, get_handler_name(message))
        await self.guard(message, handler(message))

    async def guard(self, message: dict[str, Any], work: Awaitable[None]) -> None:
        try:
            await work
        except StopConsumer:
            raise
        except Exception:
            # The one broad catch of the sockets. A bug in one command must not cut the line of
            # whoever sent it, without a word; it is told as a refusal and stands in the log.
            log.exception("socket_message_failed", message=message["type"])
            await self.apologise(message)

    def perform(self, act: CommandContext, command: Command) -> Answer:
        if not isinstance(command, Beat):
            self.credential.spend_request()
        return self.switchboard(act, command)

    async def apologise(self, message: dict[str, Any]) -> None:
        if self.act is None:
            await self.close(TRY_AGAIN)
        elif message["type"] != "websocket.receive":
            self.outbox.close(TRY_AGAIN)
        elif (command_id := frames.id_of(message.get("text") or "")) is not None:
            self.outbox.say(frames.refusal_frame(command_id, went_wrong()))

    async def websocket_connect(self, _: dict[str, Any]) -> None:
        # Accepted before it is refused: a browser sees the code only then.
        await self.send({"type": "websocket.accept"})
        credential: Credential | None = self.scope["credential"]
        if credential is None:
            guest: Identity | None = self.scope.get("pass_ended")
            await self.close(NOT_SIGNED_IN if guest is None else await in_thread(code_of, guest))
            return
        self.credential = credential
        self.outbox = ConnectionSendQueue(
            credential.seat.email, uuid.uuid4().hex, self.send_text, self.close, self.device
        )
        self.hub: Hub = hub()
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await self.join(credential)
        except NoSuchNest:
            await self.close(await in_thread(self.code_of_absence))
        except Banned as ban:
            await self.send_text(SentOut(banned=True, reason=ban.reason).model_dump_json())
            await self.close(BANNED)
        except EntryRefused as refusal:
            await self.send_text(NotLetIn(why=refusal.why).model_dump_json())
            await self.close(NOT_LET_IN)
        except (Refusal, TimeoutError) as refusal:
            log.warning("join_failed", reason=str(refusal))
            await self.close(code_of_failure(refusal))

    async def join(self, credential: Credential) -> None:
        seat = credential.seat
        self.leaving.callback(self.chat.close)
        self.leaving.callback(connections.remove, seat.email, self.outbox)
        connections.add(seat.email, self.outbox)
        nest = await in_thread(self.find_nest, credential)
        origin = origin_of_socket(self.scope)
        act = CommandContext(
            nest.nest_id, actor_in(nest, credential, is_member=True), origin=origin
        )
        structlog.contextvars.bind_contextvars(nest=nest.nest_id)
        await self.join_groups(act, credential)
        self.leaving.push_async_callback(self.hub.detach, act.nest, self.outbox)
        await self.hub.attach(act.nest, self.outbox)
        self.act = act
        came_ms = await in_thread(clock.now_ms)
        self.leaving.push_async_callback(self.leave_nest, act)
        entry = await in_thread(self.entry_in_address, act)
        await in_thread(members.enter, act, self.outbox.connection, entry)
        self.hub.gather_presence(act.nest)
        await in_thread(connected.arrive, act, self.outbox.device)
        closed = await in_thread(gates.list_closed, act)
        you = json.dumps(
            public_person(seat.email, seat.name, seat.picture)
            | {"email": seat.email, "role": seat.role}
            | store.rights_of(nest, seat.email)
            | {"may": permissions.list_rights(act.actor) | dict.fromkeys(closed, False)}
            | {"needs_plan": closed}
        )
        since, epoch = self.resume_point()
        self.leaving.callback(count_departure)
        count_arrival(is_back=since is not None)
        revs, text = await in_thread(self.welcome, act, you, since, epoch)
        self.outbox.open(revs.nest, text, revs.listener)
        self.hub.catch_up_with(act.nest, self.outbox)
        find_removal = partial(removals.find_removal, act.nest, act.user, came_ms)
        checker = asyncio.create_task(self.close_on_end(credential, find_removal))
        self.leaving.callback(checker.cancel)

    async def join_groups(self, act: CommandContext, credential: Credential) -> None:
        groups = [
            nest_group(act.nest),
            person_group(act.nest, act.user),
            account_group(act.user),
            credential.group,
        ]
        if permissions.is_allowed(act.actor, "manage_guests"):
            groups.append(creators_group(act.nest))
        for group in groups:
            self.leaving.push_async_callback(
                self.channel_layer.group_discard, group, self.channel_name
            )
            await self.channel_layer.group_add(group, self.channel_name)

    def find_nest(self, credential: Credential) -> Nest:
        credential.spend_request()
        return look_up(self.nest_name, credential.seat.email, client_address_of(self.scope))

    async def leave(self) -> None:
        """Undo what joining did, as far as it came; a step that fails keeps none from the rest."""
        try:
            await self.leaving.aclose()
        except (Refusal, *STORE_AWAY) as error:
            # The store is away: who was here is let go once nobody refreshes them any more.
            log.warning("leave_failed", reason=str(error))

    async def leave_nest(self, act: CommandContext) -> None:
        self.outbox.drop()
        await in_thread(members.leave, act, self.outbox.connection)
        await in_thread(connected.depart, act, self.outbox.device)
        self.hub.gather_presence(act.nest)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self.act is None:
            return
        self.outbox.heard_at = now = time.monotonic()
        if self.flood.is_full(now):
            self.outbox.close(FLOOD)
        elif (frame := message.get("text")) is not None:
            await self.answer(self.act, message, frame, is_too_fast=self.window.is_full(now))

    async def answer(
        self, act: CommandContext, message: dict[str, Any], frame: str, *, is_too_fast: bool
    ) -> None:
        """One answer for a command with an id; silence for anything else."""
        try:
            command = frames.parse_frame(frame)
            if is_too_fast:
                raise Refusal("rate_limited", "Slow down a little.", retry_after_s=WINDOW_SECONDS)
            if isinstance(command, SendChatMessage) and self.chat.is_full:
                raise Refusal("rate_limited", "Rate limit: one message after the other, please.")
        except Refusal as refusal:
            self.refuse(frames.id_of(frame), refusal)
            return
        work = partial(self.carry_out, act, command)
        if isinstance(command, SendChatMessage):
            # A crowd that chats keeps nobody's pause waiting, not even its own.
            self.chat.submit(lambda: self.guard(message, work()))
        else:
            await work()

    async def carry_out(self, act: CommandContext, command: Command) -> None:
        try:
            if isinstance(command, ProbeClock):
                # Answered here and now: a thread's turn would blur the time it tells.
                answer = {"t0": command.t0, "server_ms": self.hub.clock.now_ms()}
            else:
                run = in_chat_thread if isinstance(command, SendChatMessage) else in_thread
                answer = await run(self.perform, act, command)
        except Refusal as refusal:
            self.refuse(command.id, refusal)
        else:
            if isinstance(command, SyncCheck) and answer:
                self.outbox.say(SyncCorrection.model_validate(answer).model_dump_json())
            if command.id is not None:
                self.outbox.say(frames.done_frame(command.id, answer))

    def refuse(self, command_id: str | None, refusal: Refusal) -> None:
        if command_id is not None:
            self.outbox.say(frames.refusal_frame(command_id, refusal))

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        """Raises StopConsumer."""
        raise StopConsumer

    # What concerns connections, from the groups

    async def nest_deleted(self, _: dict[str, Any]) -> None:
        self.outbox.say(NestDeleted().model_dump_json())
        self.outbox.close(BEING_DELETED)

    async def nest_expired(self, _: dict[str, Any]) -> None:
        self.outbox.say(NestExpired().model_dump_json())
        self.outbox.close(EXPIRED)

    async def guests_waiting(self, message: dict[str, Any]) -> None:
        self.outbox.say(GuestsWaiting(count=message["count"]).model_dump_json())

    async def listeners_waiting(self, message: dict[str, Any]) -> None:
        told = ListenersWaiting(count=message["count"], person=message["person"])
        self.outbox.say(told.model_dump_json())

    async def person_left(self, _: dict[str, Any]) -> None:
        """They left for good, over HTTP; a page that came back by itself would undo it."""
        self.outbox.close(REMOVED)

    async def person_sent_out(self, message: dict[str, Any]) -> None:
        """By a moderator; a page that came back by itself would undo it."""
        self.send_out(SentOut(banned=message["banned"], reason=message["reason"]))

    def send_out(self, notice: SentOut) -> None:
        self.outbox.say(notice.model_dump_json())
        self.outbox.close(REMOVED)

    async def account_changed(self, _: dict[str, Any]) -> None:
        """Closed, of another role, or signed out everywhere; or nothing that matters here."""
        if not await self.credential.is_confirmed():
            await self.end_session()

    async def session_ended(self, _: dict[str, Any]) -> None:
        await self.end_session()

    async def end_session(self) -> None:
        seat = self.credential.seat
        self.outbox.close(await in_thread(code_of, seat) if seat.is_guest else SESSION_ENDED)

    async def close_on_end(self, credential: Credential, find_removal: FindRemoval) -> None:
        """The net under what the groups tell: a push may be lost. Tokens end without one."""
        notice = await credential.end(find_removal)
        if notice is None:
            await self.end_session()
        else:
            self.send_out(notice)

    # Small things

    @property
    def nest_name(self) -> str:
        return str(self.scope["url_route"]["kwargs"].get("nest_id", MAIN))

    def entry_in_address(self, act: CommandContext) -> str:
        """What `?invite=` opens. Raises Refusal `invite_required` or `rate_limited`."""
        token = self.query.get("invite", [""])[0]
        return entries.entry_in_address(act, token, client_address_of(self.scope))

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.scope["query_string"].decode("latin-1"))

    def resume_point(self) -> tuple[Revisions | None, str | None]:
        query = self.query
        since = revision_in(query.get("since", [""])[0])
        own_since = revision_in(query.get("own_since", ["0"])[0])
        if since is None or own_since is None:
            return None, None
        return Revisions(since, own_since), query.get("epoch", [None])[0]

    @property
    def device(self) -> DeviceTab:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        return device_named(*(query.get(name, [""])[0] for name in ("device", "tab")))

    def code_of_absence(self) -> int:
        return EXPIRED if deletion.has_expired(self.nest_name) else NO_SUCH_NEST

    async def send_text(self, text: str) -> None:
        # Not through our own `send`: this is said a thousand times for one vote.
        await self.base_send({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})


def code_of(guest: Identity) -> int:
    """Why a guest's session is good no longer."""
    return PASS_MOVED if pass_has_moved(guest) else PASS_ENDED


def code_of_failure(refusal: Refusal | TimeoutError) -> int:
    codes = {
        "rate_limited": FLOOD,
        "pass_ended": PASS_ENDED,
        "invite_required": NOT_LET_IN,
    }
    return codes.get(refusal.code, TRY_AGAIN) if isinstance(refusal, Refusal) else TRY_AGAIN


def went_wrong() -> Refusal:
    return Refusal("unavailable", "This did not work, and it is our fault. Please try again.")


def revision_in(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


class Window:
    """Counts frames in windows that follow one another."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.began, self.count = 0.0, 0

    def is_full(self, now: float) -> bool:
        if now - self.began > self.seconds:
            self.began, self.count = now, 0
        self.count += 1
        return self.count > self.most


def count_arrival(*, is_back: bool) -> None:
    metrics.ws_connects.inc()
    metrics.ws_connections.inc()
    if is_back:
        metrics.ws_reconnects.inc()


def count_departure() -> None:
    metrics.ws_connections.dec()
    metrics.ws_disconnects.inc()
