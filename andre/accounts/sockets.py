"""The door for sockets: from our own pages, with the seat of the session, or with a ticket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import close_old_connections, connection
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from andre.accounts import tickets
from andre.accounts.seats import Seat, seat_of_session
from andre.conf import conf
from andre.keys import MAIN
from andre.telemetry.requests import bind_request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Origin = tuple[str, str, int]

HTTP_OF = {"ws": "http", "wss": "https"}
PORT_OF = {"http": 80, "https": 443}


class SessionSeatMiddleware:
    """Hands on `seat` (a Seat or None) and `session_key` in the scope of every WebSocket."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
        elif comes_from_us(scope) or comes_with_a_ticket(scope):
            await self.app(await seated(scope), receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})  # Before accepting: the browser sees a 403.


async def seated(scope: Scope) -> Scope:
    token = ticket_of(scope)
    if token is None:
        session_key = session_key_of(scope)
    else:  # Then no cookie counts.
        session_key = await asyncio.to_thread(tickets.redeem, token, nest_of(scope))
    # A thread of the loop's own pool: the shared one of sync_to_async waits for every slow view.
    seat = await asyncio.to_thread(seat_at, session_key)
    request_id = bind_request(header(scope, b"x-request-id"))
    return {**scope, "seat": seat, "session_key": session_key, "request_id": request_id}


def session_is_alive(session_key: str) -> bool:
    """Whether somebody is still signed in on this session. Reads the cache, then the database."""
    return seat_at(session_key) is not None


def seat_at(session_key: str | None) -> Seat | None:
    if session_key is None:
        return None
    try:
        return seat_of_session(session(session_key))
    finally:
        # No request ends on this thread, so nobody else tidies up after it.
        if not connection.in_atomic_block:
            close_old_connections()


def session(session_key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return store


def ticket_of(scope: Scope) -> str | None:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return query["ticket"][0] if "ticket" in query else None


def nest_of(scope: Scope) -> str:
    """The nest id in the address; a ticket's nest goes by no other name."""
    name = str(scope["path"]).removeprefix("/socket").strip("/")
    return MAIN if name.lower() in ("", MAIN) else name.upper()


def session_key_of(scope: Scope) -> str | None:
    cookies = parse_cookie("; ".join(headers(scope, b"cookie")))
    return cookies.get(settings.SESSION_COOKIE_NAME) or None


def comes_from_us(scope: Scope) -> bool:
    origins = [origin_of(value) for value in headers(scope, b"origin")]
    return len(origins) == 1 and origins[0] is not None and origins[0] in our_origins(scope)


def comes_with_a_ticket(scope: Scope) -> bool:
    """Programs have no origin to name; a page of somebody else's does, and is refused."""
    return header(scope, b"origin") is None and ticket_of(scope) is not None


def our_origins(scope: Scope) -> set[Origin]:
    addresses = [conf().andre_base_url]
    host = header(scope, b"host")
    if host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        addresses.append(f"{HTTP_OF.get(scope.get('scheme', 'ws'), '')}://{host}")
    found = (origin_of(address.rstrip("/")) for address in addresses if address)
    return {origin for origin in found if origin is not None}


def origin_of(text: str) -> Origin | None:
    """Scheme, host and port, if `text` is an origin and nothing more; `null` is not one."""
    try:
        parts = urlsplit(text.lower())
        port = parts.port or PORT_OF.get(parts.scheme)
    except ValueError:
        return None
    if not (port and parts.hostname) or "@" in parts.netloc:
        return None
    if parts.path or parts.query or parts.fragment:
        return None
    return parts.scheme, parts.hostname, port


def header(scope: Scope, name: bytes) -> str | None:
    return next(iter(headers(scope, name)), None)


def headers(scope: Scope, name: bytes) -> Iterable[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
