"""The door for sockets: from our own pages with a session, or from programs with what they have."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from andre.accounts import ws_tickets
from andre.accounts.credentials import Credential, close_db_connections, revalidate
from andre.accounts.dev_login import is_here
from andre.accounts.program_auth import PresentedCredentials, authenticate
from andre.core.conf import conf
from andre.core.keys import MAIN
from andre.telemetry.requests import bind_request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]
Origin = tuple[str, str, int]

HTTP_OF = {"ws": "http", "wss": "https"}
PORT_OF = {"http": 80, "https": 443}


class WebSocketAuthMiddleware:
    """Hands on `credential` (a Credential or None) in the scope of every WebSocket."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
        elif comes_from_us(scope) or is_a_program(scope):
            await self.app(await authenticate_scope(scope), receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})  # Before accepting: the browser sees a 403.


async def authenticate_scope(scope: Scope) -> Scope:
    request_id = bind_request(header(scope, b"x-request-id"))
    # A thread of the loop's own pool: the shared one of sync_to_async waits for every slow view.
    credential = await asyncio.to_thread(credential_of, scope)
    return {**scope, "credential": credential, "request_id": request_id}


def credential_of(scope: Scope) -> Credential | None:
    """What the caller proves; where a program shows something, no cookie counts."""
    offer, ticket, session_key = offer_in(scope), in_query(scope, "ticket"), session_key_of(scope)
    try:
        if offer:
            return authenticate(offer).credential
        if ticket is not None:
            return ws_tickets.redeem(ticket, nest_of(scope))
        return revalidate("session", session_key) if session_key else None
    finally:
        close_db_connections()


def offer_in(scope: Scope) -> PresentedCredentials:
    address, _ = scope.get("client") or ("", 0)
    names = (
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}" for name, _ in scope["headers"]
    )
    return PresentedCredentials(
        key=header(scope, b"x-andre-api-key"),
        authorization=header(scope, b"authorization"),
        token=in_query(scope, "token"),
        is_here=is_here(address, names),
    )


def in_query(scope: Scope, name: str) -> str | None:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return query[name][0] if name in query else None


def nest_of(scope: Scope) -> str:
    """The nest id in the address; a ticket's nest goes by no other name."""
    name = str(scope["path"]).removeprefix("/socket").strip("/")
    return MAIN if name.lower() in ("", MAIN) else name.upper()


def session_key_of(scope: Scope) -> str | None:
    cookies = parse_cookie("; ".join(headers(scope, b"cookie")))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return key if key and "\0" not in key else None  # No database can be asked for that.


def comes_from_us(scope: Scope) -> bool:
    origins = [origin_of(value) for value in headers(scope, b"origin")]
    return len(origins) == 1 and origins[0] is not None and origins[0] in our_origins(scope)


def is_a_program(scope: Scope) -> bool:
    """Programs have no origin to name. A page of somebody else's has, and cannot send headers."""
    by_address = in_query(scope, "ticket") is not None or in_query(scope, "token") is not None
    return offer_in(scope).is_in_headers or (by_address and header(scope, b"origin") is None)


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
