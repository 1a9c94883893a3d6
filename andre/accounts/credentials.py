"""What somebody has proved who they are with: a session, an API key, or a token of one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, TypeVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.identity import (
    PROXY_ENTRY,
    Identity,
    guest_written_in,
    has_moved,
    identity_of_key,
    identity_of_session,
)
from andre.accounts.models import ApiKey
from andre.core.errors import Refusal
from andre.core.executors import in_thread
from andre.core.keys import session_group
from andre.core.rate_limits import REQUESTS_A_MINUTE, consume_request

CHECK_SECONDS = 60.0
STORE_AWAY = (Refusal, InterfaceError, OperationalError)

Kind = Literal["session", "key", "token"]
OtherEnd = TypeVar("OtherEnd")


@dataclass(frozen=True, slots=True)
class Credential:
    """`name` is the session's key, or the API key's id; a token is named after its key."""

    kind: Kind
    name: str
    seat: Identity
    ends_at: float | None = None  # second of the epoch
    # Of a key: what pays for its requests, and how many a minute it has.
    budget: tuple[str, int] | None = field(default=None, compare=False)
    # Of a session that a sign-in proxy made: whom the proxy named.
    proxied_as: str = field(default="", compare=False)

    @property
    def group(self) -> str:
        """The Channels group that hears when it ends."""
        return session_group(self.name)

    def is_alive(self) -> bool:
        """Whether it still proves anything. Asks the store of sessions, or the database."""
        return revalidate(self.kind, self.name, self.ends_at) is not None

    def spend_request(self) -> None:
        """Count one request of a program, as HTTP counts it. Raises Refusal `rate_limited`."""
        if self.budget is not None:
            consume_request(*self.budget)

    async def end(self, find_other: Callable[[], OtherEnd | None]) -> OtherEnd | None:
        """Wait until it has ended (None), or there is another end for who has shown it.

        It is the net under what is told to groups, which may be lost.
        """
        while True:
            left = CHECK_SECONDS if self.ends_at is None else self.ends_at - time.time()
            await asyncio.sleep(max(0.0, min(CHECK_SECONDS, left)))
            try:
                if not await in_thread(self.is_alive):
                    return None
                if (found := await in_thread(find_other)) is not None:
                    return found
            except STORE_AWAY:
                continue  # Nobody can say now, so it is asked again.

    async def is_confirmed(self) -> bool:
        """Whether it proves something, and that can be seen now. For what can come back later."""
        try:
            return await in_thread(self.is_alive)
        except STORE_AWAY:
            return False


def revalidate(kind: Kind, name: str, ends_at: float | None = None) -> Credential | None:
    """This credential as it is now, if it is good."""
    try:
        return of_session(name) if kind == "session" else of_key(kind, name, ends_at)
    finally:
        close_db_connections()


def of_session(session_key: str) -> Credential | None:
    session = open_session(session_key)
    seat = identity_of_session(session)
    if seat is None:
        return None
    return Credential("session", session_key, seat, proxied_as=session.get(PROXY_ENTRY, ""))


def guest_of_session(session_key: str) -> Identity | None:
    """The guest whom this session was made for, whether or not the pass is good."""
    return guest_written_in(open_session(session_key))


def pass_has_moved(guest: Identity) -> bool:
    """Of a session that is good no longer: whether another browser has its pass.

    Where nobody can say, the pass has ended.
    """
    try:
        return has_moved(guest)
    except STORE_AWAY:
        return False
    finally:
        close_db_connections()


def open_session(session_key: str | None = None) -> SessionBase:
    """The session of this key, or a new one."""
    found: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return found


def of_key(kind: Kind, key_id: str, ends_at: float | None) -> Credential | None:
    if ends_at is not None and ends_at <= time.time():
        return None
    key = api_keys.with_id(key_id)
    if key is None or not key.is_good(timezone.now()):
        return None
    return Credential(kind, key_id, identity_of_key(key), ends_at, budget_of(key))


def budget_of(key: ApiKey) -> tuple[str, int]:
    own = key.rate_limit_per_minute
    return key.hash, REQUESTS_A_MINUTE[key.role] if own is None else own


def close_db_connections() -> None:
    """No request ends on a socket's thread, so nobody else closes what it opened."""
    if not connection.in_atomic_block:
        close_old_connections()
