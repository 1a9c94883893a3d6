"""Only our own pages open sockets, and every socket knows who sits there."""

import asyncio

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from andre.accounts import jwt_tokens
from andre.accounts.credentials import Credential
from andre.accounts.identity import Identity
from andre.accounts.websocket_auth import WebSocketAuthMiddleware

pytestmark = pytest.mark.django_db(transaction=True)

OURS = b"http://andre.example:8000"
HEADERS = {b"host": b"andre.example:8000", b"origin": OURS}


@pytest.fixture(autouse=True)
def our_hosts(settings):
    settings.ALLOWED_HOSTS = ["andre.example", "testserver", "[::1]"]


async def opened(headers: dict[bytes, bytes] | list[tuple[bytes, bytes]], scheme="ws", query=""):
    """Whether the socket was accepted, and the scope its consumer saw."""
    seen = {}

    async def consumer(scope, receive, send):
        seen.update(scope)
        await send({"type": "websocket.accept"})

    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    browser = WebsocketCommunicator(WebSocketAuthMiddleware(consumer), f"/socket?{query}", pairs)
    browser.scope["scheme"] = scheme
    accepted, _ = await browser.connect()
    return accepted, seen


async def test_a_page_of_ours_opens_a_socket():
    accepted, scope = await opened(HEADERS)

    assert accepted
    assert scope["credential"] is None


# X2
@pytest.mark.parametrize(
    "origin",
    [
        b"null",
        b"",
        b"http://evil.example",
        b"http://evil.example:8000",
        b"https://andre.example:8000",
        b"http://andre.example",
        b"http://andre.example:8001",
        b"http://andre.example.evil.example:8000",
        b"http://evil-andre.example:8000",
        b"http://andre.example:8000@evil.example",
        b"http://user@andre.example:8000",
        b"http://andre.example:8000/",
        b"http://andre.example:8000/path",
        b"http://andre.example:8000?x",
        b"http://andre.example:8000, http://evil.example",
        b"andre.example:8000",
        b"//andre.example:8000",
        b"ws://andre.example:8000",
        b"file://",
        b"chrome-extension://abcdef",
        b"http://[::1",
        b"http://andre.example:99999",
        b"\xff\xfe",
    ],
)
async def test_a_page_of_somebody_else_does_not(origin):
    accepted, scope = await opened(HEADERS | {b"origin": origin})

    assert not accepted
    assert scope == {}


# X2
async def test_without_an_origin_or_with_two_it_does_not_open():
    assert not (await opened({b"host": b"andre.example:8000"}))[0]

    twice = [(b"host", b"andre.example:8000"), (b"origin", OURS), (b"origin", b"http://evil")]

    assert not (await opened(twice))[0]


# X2
async def test_a_host_that_is_not_ours_makes_no_origin_ours():
    rebound = {b"host": b"evil.example", b"origin": b"http://evil.example"}

    assert not (await opened(rebound))[0]
    assert not (await opened({b"origin": OURS}))[0]


async def test_default_ports_need_not_be_said():
    plain = {b"host": b"andre.example", b"origin": b"http://andre.example"}
    secure = {b"host": b"andre.example:443", b"origin": b"https://ANDRE.example"}

    assert (await opened(plain))[0]
    assert (await opened(secure, scheme="wss"))[0]
    assert not (await opened(plain, scheme="wss"))[0]


async def test_an_address_of_numbers_is_a_host_too():
    assert (await opened({b"host": b"[::1]:8000", b"origin": b"http://[::1]:8000"}))[0]


async def test_behind_an_edge_the_configured_address_is_ours(settle):
    settle(ANDRE_BASE_URL="https://listen.example/")
    through_the_edge = {b"host": b"andre.example:8000", b"origin": b"https://listen.example"}

    assert (await opened(through_the_edge))[0]
    assert not (await opened(through_the_edge | {b"origin": b"http://listen.example"}))[0]


async def test_a_socket_knows_who_sits_there(visitor, settings):
    settings.DEBUG = True
    await sync_to_async(visitor.sends)("/dev/sign-in", name="Alice")
    key = visitor.session_key()

    _, scope = await opened(HEADERS | {b"cookie": f"theme=dark; sessionid={key}".encode()})

    seat = Identity("alice@andre.test", "Alice", "", "viewer")
    assert scope["credential"] == Credential("session", key, seat)


@pytest.mark.parametrize(
    "cookie", [b"sessionid=", b"sessionid=made-up", b"sessionid=\xff\x00", b";;=;", b"x" * 4000]
)
async def test_a_made_up_cookie_seats_nobody(cookie):
    accepted, scope = await opened(HEADERS | {b"cookie": cookie})

    assert accepted
    assert scope["credential"] is None


# X2 K-2.2
@pytest.mark.parametrize("origin", [None, OURS, b"http://evil.example", b"null"])
async def test_a_program_shows_a_key_whatever_the_origin_and_the_cookie(key_of, origin):
    key, secret = await sync_to_async(key_of)("alice", "operator")
    headers = {b"host": b"andre.example:8000", b"cookie": b"sessionid=made-up"}
    headers |= {} if origin is None else {b"origin": origin}

    _, by_key = await opened(headers | {b"x-andre-api-key": secret.encode()})
    _, by_bearer = await opened(headers | {b"authorization": b"Bearer " + secret.encode()})

    seat = Identity("alice@example.com", "Alice", "", "operator")
    assert by_key["credential"] == by_bearer["credential"] == Credential("key", str(key.pk), seat)


# K-2.2
async def test_where_a_program_shows_something_wrong_no_cookie_counts(visitor, settings):
    settings.DEBUG = True
    await sync_to_async(visitor.sends)("/dev/sign-in", name="Alice")
    cookie = f"sessionid={visitor.session_key()}".encode()

    accepted, scope = await opened(HEADERS | {b"cookie": cookie, b"authorization": b"Bearer wrong"})

    assert accepted
    assert scope["credential"] is None


# K-2.2 X2
async def test_a_token_stands_in_the_address_and_a_key_does_not(key_of):
    key, secret = await sync_to_async(key_of)("alice")
    token, ends_at = jwt_tokens.mint(key)
    host = {b"host": b"andre.example:8000"}

    _, by_token = await opened(host, query=f"token={token}")
    _, by_key = await opened(host, query=f"token={secret}")
    foreign, _ = await opened(host | {b"origin": b"http://evil.example"}, query=f"token={token}")

    assert by_token["credential"].kind == "token"
    assert by_token["credential"].ends_at == ends_at
    assert by_key["credential"] is None
    assert not foreign


# K-6.1
async def test_a_socket_has_an_id_for_its_lines_in_the_log():
    _, given = await opened(HEADERS | {b"x-request-id": b"from-the-edge-7"})
    _, made = await opened(HEADERS)

    assert given["request_id"] == "from-the-edge-7"
    assert len(made["request_id"]) == 36


async def test_what_is_not_a_socket_passes_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    await WebSocketAuthMiddleware(app)({"type": "http"}, None, None)

    assert seen == [{"type": "http"}]


def test_the_browser_sees_a_403():
    """Through a real server, because the status is the server's to say."""

    async def consumer(scope, receive, send):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})

    async def refused() -> int:
        server = uvicorn.Server(
            uvicorn.Config(
                WebSocketAuthMiddleware(consumer), port=0, lifespan="off", log_config=None
            )
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            async with connect(f"ws://127.0.0.1:{port}/socket", origin="http://evil.example"):
                return 101
        except InvalidStatus as answer:
            return answer.response.status_code
        finally:
            server.should_exit = True
            await serving

    assert asyncio.run(refused()) == 403


async def test_no_cookie_smuggles_in_what_no_database_can_be_asked(monkeypatch):  # X4
    """Octal escapes of quoted cookies (RFC 2109) are read by Django."""
    asked = []
    monkeypatch.setattr(
        "andre.accounts.websocket_auth.revalidate", lambda *what: asked.append(what)
    )

    accepted, scope = await opened(HEADERS | {b"cookie": rb'sessionid="\000\000\000\000\000"'})

    assert (accepted, scope["credential"], asked) == (True, None, [])
