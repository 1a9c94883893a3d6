"""The door for sockets: from our own pages with a session, or from programs with what they have."""

import asyncio
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from andre.accounts import ws_tickets
from andre.accounts.auth_proxy import is_of_another, person_in
from andre.accounts.client_address import client_address_of
from andre.accounts.credentials import (
    Credential,
    close_db_connections,
    guest_of_session,
    revalidate,
)
from andre.accounts.dev_login import is_here
from andre.accounts.identity import Identity
from andre.accounts.program_auth import PresentedCredentials, authenticate
from andre.accounts.sessions import end_session
from andre.core.asgi_types import App, Receive, Scope, Send
from andre.core.conf import conf
from andre.core.keys import MAIN
from andre.telemetry.requests import bind_request

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
    credential, pass_ended = await asyncio.to_thread(look_at, scope)
    return {
        **scope,
        "credential": credential,
        "pass_ended": pass_ended,
        "request_id": request_id,
    }


def look_at(scope: Scope) -> tuple[Credential | None, Identity | None]:
    """What the caller proves; where that is nothing, the guest whose session it was."""
    credential = credential_of(scope)
    key = session_key_of(scope)
    if credential is not None or key is None or is_a_program(scope):
        return credential, None
    try:
        return None, guest_of_session(key)
    finally:
        close_db_connections()


def credential_of(scope: Scope) -> Credential | None:
    """What the caller proves; where a program shows something, no cookie counts."""
    offer, ticket, session_key = offer_in(scope), in_query(scope, "ticket"), session_key_of(scope)
    try:
        if offer:
            return authenticate(offer).credential
        if ticket is not None:
            return unless_of_another(ws_tickets.redeem(ticket, nest_in_path(scope)), scope)
        return unless_of_another(revalidate("session", session_key), scope) if session_key else None
    finally:
        close_db_connections()


def unless_of_another(credential: Credential | None, scope: Scope) -> Credential | None:
    """A session that a sign-in proxy made ends where the proxy does not name its person."""
    if credential is None or not is_of_another(credential.proxied_as, person_in(scope)):
        return credential
    end_session(credential.name)
    return None


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
        address=client_address_of(scope),
        endpoint=str(scope["path"]),
    )


def in_query(scope: Scope, name: str) -> str | None:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return query[name][0] if name in query else None


def nest_in_path(scope: Scope) -> str:
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
    """Programs have no origin to name. A page of somebody else's has, and cannot send headers.

    On one of ANDRE_CORS_ORIGINS it may come with a ticket.
    """
    has_ticket = in_query(scope, "ticket") is not None
    by_address = has_ticket or in_query(scope, "token") is not None
    origin = header(scope, b"origin")
    return (
        offer_in(scope).is_in_headers
        or (by_address and origin is None)
        or (has_ticket and origin in settings.CORS_ALLOWED_ORIGINS)
    )


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
