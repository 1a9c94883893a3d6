"""What somebody has proved who they are with: a session, an API key, or a token of one."""

import asyncio
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import close_old_connections, connection
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.seats import Seat, seat_of_key, seat_of_session
from andre.keys import session_group
from andre.threads import in_thread

CHECK_SECONDS = 60.0

Kind = Literal["session", "key", "token"]


@dataclass(frozen=True, slots=True)
class Credential:
    """`name` is the session's key, or the API key's id; a token is named after its key."""

    kind: Kind
    name: str
    seat: Seat
    ends_at: float | None = None  # second of the epoch

    @property
    def group(self) -> str:
        """The Channels group that hears when it ends."""
        return session_group(self.name)

    def is_alive(self) -> bool:
        """Whether it still proves anything. Asks the store of sessions, or the database."""
        return standing(self.kind, self.name, self.ends_at) is not None

    async def end(self) -> None:
        """Wait until it has ended: the net under what is told to `group`, which may be lost."""
        while True:
            left = CHECK_SECONDS if self.ends_at is None else self.ends_at - time.time()
            await asyncio.sleep(max(0.0, min(CHECK_SECONDS, left)))
            if not await in_thread(self.is_alive):
                return


def standing(kind: Kind, name: str, ends_at: float | None = None) -> Credential | None:
    """This credential as it is now, if it is good."""
    try:
        return of_session(name) if kind == "session" else of_key(kind, name, ends_at)
    finally:
        tidy_up()


def of_session(session_key: str) -> Credential | None:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    seat = seat_of_session(store)
    return None if seat is None else Credential("session", session_key, seat)


def of_key(kind: Kind, key_id: str, ends_at: float | None) -> Credential | None:
    if ends_at is not None and ends_at <= time.time():
        return None
    key = api_keys.with_id(key_id)
    if key is None or not key.is_good(timezone.now()):
        return None
    return Credential(kind, key_id, seat_of_key(key), ends_at)


def tidy_up() -> None:
    """No request ends on a socket's thread, so nobody else closes what it opened."""
    if not connection.in_atomic_block:
        close_old_connections()
