"""The door: in to the switchboard, out to the browser. No rule lives here."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from andre.accounts.client_address import client_address_of
from andre.accounts.credentials import Credential
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.executors import in_thread
from andre.core.keys import MAIN, account_group, nest_group, person_group
from andre.protocol import frames
from andre.protocol.commands import Beat, Command, ProbeClock
from andre.protocol.events import NestDeleted, NestExpired
from andre.protocol.frames import Answer
from nests.lifecycle import deletion
from nests.membership import members, rights
from nests.realtime.connections import connections
from nests.realtime.hub import STORE_AWAY, Hub, hub
from nests.realtime.send_queue import ConnectionSendQueue
from nests.registry import store
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of_socket

log = structlog.get_logger(__name__)

NOT_SIGNED_IN = 4001
NO_SUCH_NEST = 4002
EXPIRED = 4004
BEING_DELETED = 4005
FLOOD = 4008
REMOVED = 4011
SESSION_ENDED = 4012
TRY_AGAIN = 1013

JOIN_SECONDS = 10
FRAMES_PER_WINDOW, WINDOW_SECONDS = 50, 5
FLOOD_FRAMES, FLOOD_SECONDS = 500, 10


class Switchboard(Protocol):
    def __call__(self, act: CommandContext, command: Command) -> Answer: ...


class Welcome(Protocol):
    def __call__(
        self, act: CommandContext, you: str, since: int | None, epoch: str | None
    ) -> tuple[int, str]: ...


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

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Whatever happens in between, and however it ends: who came has left afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without Channels' thread hop that closes old database connections: there are none."""
        handler: Callable[[dict[str, Any]], Any] = getattr(self, get_handler_name(message))
        try:
            await handler(message)
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
            await self.close(NOT_SIGNED_IN)
            return
        self.credential = credential
        self.outbox = ConnectionSendQueue(
            credential.seat.email, uuid.uuid4().hex, self.send_text, self.close
        )
        self.hub: Hub = hub()
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await self.join(credential)
        except NoSuchNest:
            await self.close(await in_thread(self.code_of_absence))
        except (Refusal, TimeoutError) as refusal:
            log.warning("join_failed", reason=str(refusal))
            is_too_much = isinstance(refusal, Refusal) and refusal.code == "rate_limited"
            await self.close(FLOOD if is_too_much else TRY_AGAIN)

    async def join(self, credential: Credential) -> None:
        seat = credential.seat
        self.leaving.callback(connections.remove, seat.email, self.outbox)
        connections.add(seat.email, self.outbox)
        nest = await in_thread(self.find_nest, credential)
        origin = origin_of_socket(self.scope)
        act = CommandContext(
            nest.nest_id, seat.email, seat.name, seat.picture, seat.role, origin=origin
        )
        structlog.contextvars.bind_contextvars(nest=nest.nest_id)
        await self.join_groups(act, credential)
        self.leaving.push_async_callback(self.hub.detach, act.nest, self.outbox)
        await self.hub.attach(act.nest, self.outbox)
        self.act = act
        self.leaving.push_async_callback(self.leave_nest, act)
        await in_thread(members.enter, act, self.outbox.connection)
        self.hub.gather_presence(act.nest)
        you = json.dumps(
            {"email": seat.email, "name": seat.name, "picture": seat.picture, "role": seat.role}
            | store.rights_of(nest, seat.email)
            | {"may": rights.list_allowed_commands(nest, act)}
        )
        since, epoch = self.resume_point()
        rev, text = await in_thread(self.welcome, act, you, since, epoch)
        self.outbox.open(rev, text)
        checker = asyncio.create_task(self.close_on_session_end(credential))
        self.leaving.callback(checker.cancel)

    async def join_groups(self, act: CommandContext, credential: Credential) -> None:
        groups = (
            nest_group(act.nest),
            person_group(act.nest, act.user),
            account_group(act.user),
            credential.group,
        )
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
        self.hub.gather_presence(act.nest)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self.act is None:
            return
        self.outbox.heard_at = now = time.monotonic()
        if self.flood.is_full(now):
            self.outbox.close(FLOOD)
        elif (frame := message.get("text")) is not None:
            await self.answer(self.act, frame, is_too_fast=self.window.is_full(now))

    async def answer(self, act: CommandContext, frame: str, *, is_too_fast: bool) -> None:
        """One answer for a command with an id; silence for anything else."""
        try:
            command = frames.parse_frame(frame)
            if is_too_fast:
                raise Refusal("rate_limited", "Slow down a little.", retry_after_s=WINDOW_SECONDS)
            if isinstance(command, ProbeClock):
                # Answered here and now: a thread's turn would blur the time it tells.
                answer = {"t0": command.t0, "server_ms": self.hub.clock.now_ms()}
            else:
                answer = await in_thread(self.perform, act, command)
        except Refusal as refusal:
            if (command_id := frames.id_of(frame)) is not None:
                self.outbox.say(frames.refusal_frame(command_id, refusal))
        else:
            if command.id is not None:
                self.outbox.say(frames.done_frame(command.id, answer))

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        raise StopConsumer

    # What concerns connections, from the groups

    async def nest_deleted(self, _: dict[str, Any]) -> None:
        self.outbox.say(NestDeleted().model_dump_json())
        self.outbox.close(BEING_DELETED)

    async def nest_expired(self, _: dict[str, Any]) -> None:
        self.outbox.say(NestExpired().model_dump_json())
        self.outbox.close(EXPIRED)

    async def person_left(self, _: dict[str, Any]) -> None:
        """They left for good, over HTTP; a page that came back by itself would undo it."""
        self.outbox.close(REMOVED)

    async def account_changed(self, _: dict[str, Any]) -> None:
        """Closed, of another role, or signed out everywhere; or nothing that matters here."""
        if not await self.credential.is_confirmed():
            self.outbox.close(SESSION_ENDED)

    async def session_ended(self, _: dict[str, Any]) -> None:
        self.outbox.close(SESSION_ENDED)

    async def close_on_session_end(self, credential: Credential) -> None:
        """The net under `session_ended`: a push may be lost. Tokens end without one."""
        await credential.end()
        self.outbox.close(SESSION_ENDED)

    # Small things

    @property
    def nest_name(self) -> str:
        return str(self.scope["url_route"]["kwargs"].get("nest_id", MAIN))

    def resume_point(self) -> tuple[int | None, str | None]:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        since = query.get("since", [""])[0]
        return int(since) if since.isdecimal() and len(since) < 16 else None, query.get(
            "epoch", [None]
        )[0]

    def code_of_absence(self) -> int:
        return EXPIRED if deletion.has_expired(self.nest_name) else NO_SUCH_NEST

    async def send_text(self, text: str) -> None:
        # Not through our own `send`: this is said a thousand times for one vote.
        await self.base_send({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})


def went_wrong() -> Refusal:
    return Refusal("unavailable", "This did not work, and it is our fault. Please try again.")


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
