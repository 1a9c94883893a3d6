"""A sign-in proxy in front: believed by the socket's own peer, and by nothing else.

127.0.0.1 is the proxy here and 127.0.0.2 is a stranger, both over real lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from social_django.models import UserSocialAuth
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from andre.accounts import ws_tickets
from andre.accounts.auth_proxy import SCOPE_ENTRY, AuthProxyHeaders, ProxyPerson
from andre.accounts.credentials import revalidate
from andre.accounts.models import Person
from andre.core.keys import MAIN
from tests.support.server import Server, serving

pytestmark = pytest.mark.django_db(transaction=True)

PROXY, STRANGER = "127.0.0.1", "127.0.0.2"
ALICE = {"Remote-Email": "Alice@example.com", "Remote-Name": "Alice Liddell"}
BOB = {"Remote-Email": "bob@example.com"}
NOT_SIGNED_IN, SESSION_ENDED = 4001, 4012


class From(HTTPAdapter):
    def __init__(self, peer: str) -> None:
        self.peer = peer
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self.peer, 0))


@dataclass
class Browser:
    """One browser's cookies, behind the proxy or beside it."""

    server: Server

    def __post_init__(self) -> None:
        self.cookies = requests.Session().cookies

    def gets(self, path: str, said: dict[str, str], peer: str = PROXY, **more: Any) -> Any:
        headers = {"Accept": "*/*" if path.startswith("/api/") else "text/html", **said}
        with requests.Session() as line:
            line.cookies = self.cookies
            line.mount("http://", From(peer))
            url = self.server.url + path
            return line.get(url, headers=headers, allow_redirects=False, timeout=10, **more)

    def who(self, said: dict[str, str], peer: str = PROXY) -> str | None:
        answer = self.gets("/api/auth/whoami", said, peer)
        assert answer.status_code in (200, 401), answer.text
        return answer.json()["email"] if answer.status_code == 200 else None

    def socket(self, said: dict[str, str], peer: str = PROXY) -> Any:
        pairs = "; ".join(f"{each.name}={each.value}" for each in self.cookies)
        return connect(
            self.server.url.replace("http", "ws") + "/socket",
            origin=self.server.url,
            additional_headers={"Cookie": pairs, **said},
            source_address=(peer, 0),
        )


def code_at_the_end(socket: Any) -> int:
    try:
        while True:
            socket.recv(timeout=10)
    except ConnectionClosed as ended:
        return ended.rcvd.code


@pytest.fixture
def settled(settle) -> None:
    settle(
        ANDRE_AUTH_PROXIES=f"{PROXY}/32, 10.9.8.0/24",
        ANDRE_AUTH_PROXY_HEADER="Remote-Email",
        ANDRE_AUTH_PROXY_NAME_HEADER="Remote-Name",
    )


@pytest.fixture
def browser(settled) -> Iterator[Browser]:
    with serving() as server:
        yield Browser(server)


@pytest.fixture
def alice(browser: Browser) -> Browser:
    assert browser.gets("/", ALICE).status_code == 200
    return browser


# H11
def test_whom_the_proxy_names_is_signed_in_by_opening_a_page(alice):
    person = Person.objects.get()

    assert alice.who(ALICE) == "alice@example.com"
    assert (person.email, person.name) == ("alice@example.com", "Alice Liddell")
    assert "sessionid" in {each.name for each in alice.cookies}


# H11
@pytest.mark.parametrize("name", ["Remote-Email", "remote_email", "REMOTE-EMAIL", "Remote_Email"])
def test_a_stranger_who_sends_the_header_is_nobody(browser, name):
    answer = browser.gets("/", {name: "alice@example.com"}, STRANGER)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/")
    assert browser.who({name: "alice@example.com"}, STRANGER) is None
    assert not Person.objects.exists()


# H11
def test_a_forwarded_address_makes_nobody_the_proxy(browser):
    said = ALICE | {"X-Forwarded-For": "10.9.8.7", "X-Real-IP": "10.9.8.7"}

    assert browser.gets("/", said, STRANGER).status_code == 302


# H11
def test_an_underscore_beside_the_proxys_own_header_changes_nothing(browser):
    said = {"Remote_Email": "mallory@example.com", **ALICE}

    browser.gets("/", said)

    assert browser.who(ALICE) == "alice@example.com"


# H11
def test_an_underscore_alone_is_not_the_header_even_from_the_proxy(browser):
    assert browser.gets("/", {"Remote_Email": "mallory@example.com"}).status_code == 302


# H11
def test_a_session_ends_when_the_header_is_gone(alice):
    with alice.socket(ALICE) as socket:
        assert '"welcome"' in socket.recv(timeout=10)

        assert alice.who({}) is None

        assert code_at_the_end(socket) == SESSION_ENDED
    assert alice.who(ALICE) is None  # It does not come back with the header; a page makes another.
    assert alice.gets("/", ALICE).status_code == 200


# H11
def test_a_session_ends_when_the_header_names_somebody_else(alice):
    with alice.socket(ALICE) as socket:
        socket.recv(timeout=10)

        assert alice.gets("/", BOB).status_code == 200

        assert code_at_the_end(socket) == SESSION_ENDED
    assert alice.who(BOB) == "bob@example.com"


# H11
def test_a_stolen_cookie_is_worth_nothing_beside_the_proxy(alice):
    assert alice.who(ALICE, STRANGER) is None
    assert alice.who(ALICE) is None


# H11
def test_a_key_beside_it_does_not_make_a_stolen_cookie_good(alice):
    said = ALICE | {"X-Andre-API-Key": "none that is known"}

    assert alice.gets("/", said, STRANGER).status_code == 302


# H11
@pytest.mark.parametrize("said", [{}, BOB, {"Remote_Email": "alice@example.com"}], ids=str)
def test_a_socket_opens_for_whom_the_proxy_names_only(alice, said):
    with alice.socket(said) as socket:
        assert code_at_the_end(socket) == NOT_SIGNED_IN
    assert alice.who(ALICE) is None


# H11
def test_a_socket_beside_the_proxy_does_not_open(alice):
    with alice.socket(ALICE, STRANGER) as socket:
        assert code_at_the_end(socket) == NOT_SIGNED_IN


# H11
def test_a_ticket_is_worth_nothing_beside_the_proxy_either(alice):
    key = alice.cookies["sessionid"]
    ticket = ws_tickets.issue(revalidate("session", key), MAIN)

    url = f"{alice.server.url.replace('http', 'ws')}/socket?ticket={ticket}"
    with connect(url, additional_headers=ALICE, source_address=(STRANGER, 0)) as socket:
        assert code_at_the_end(socket) == NOT_SIGNED_IN


# H11
def test_a_stream_goes_the_same_way(alice):
    with alice.gets("/api/events", ALICE, stream=True) as stream:
        begun = next(stream.iter_lines())
        assert (stream.status_code, bool(begun)) == (200, True)

        assert alice.gets("/api/events", BOB).status_code == 401

        assert b"".join(stream.iter_content(4096)) is not None  # It has an end.
    assert alice.gets("/api/events", ALICE, STRANGER).status_code == 401


# H11
def test_programs_and_pieces_of_a_page_leave_no_session_behind(browser):
    for path in ("/api/auth/whoami", "/", "/manifest.webmanifest"):
        browser.gets(path, ALICE | {"Accept": "*/*"})

    assert "sessionid" not in {each.name for each in browser.cookies}
    assert not Person.objects.exists()


# H11
def test_who_signed_in_in_another_way_stays_who_they_are(browser):
    bob = browser.server.visitor("Bob")
    browser.cookies.set("sessionid", bob.session_key)

    browser.gets("/", ALICE)

    assert browser.who(ALICE) == browser.who({}) == "bob@example.com"


# H11
def test_without_the_setting_no_session_of_the_proxys_is_good(alice, settle):
    settle(ANDRE_AUTH_PROXY_HEADER="", ANDRE_AUTH_PROXY_NAME_HEADER="")

    assert alice.who(ALICE) is None


# H11
@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("alice", "does not name you by an e-mail address"),
        ("owner@home.invalid", "does not take people with your e-mail address"),
        ("alice@elsewhere.example", "does not take people with your e-mail address"),
    ],
)
def test_an_address_that_cannot_come_in_is_told_why(browser, settle, email, words):
    settle(ALLOWED_EMAIL_DOMAINS="example.com")

    answer = browser.gets("/", {"Remote-Email": email})

    assert (answer.status_code, words in answer.text) == (403, True)
    assert not Person.objects.exists()


# H11
def test_a_closed_account_stays_closed(browser):
    Person.objects.create(email="alice@example.com", is_active=False)

    answer = browser.gets("/", ALICE)

    assert (answer.status_code, "closed" in answer.text) == (403, True)


# H11
def test_an_admin_by_address_is_one_through_the_proxy(browser, settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    browser.gets("/", ALICE)

    assert browser.gets("/api/auth/whoami", ALICE).json()["role"] == "admin"


# H10, H11
def test_the_address_of_the_proxys_is_one_that_is_known(alice):
    assert UserSocialAuth.objects.filter(provider="proxy", uid="alice@example.com").exists()


# H11
async def test_what_is_said_twice_is_not_said_and_nothing_of_it_goes_on(settled):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    twice = [(b"remote-email", b"mallory@example.com"), (b"remote-email", b"alice@example.com")]
    for pairs in (twice, twice[:1], [(b"REMOTE_name", b"x"), (b"accept", b"*/*")]):
        scope = {"type": "websocket", "client": (PROXY, 1), "headers": pairs}
        await AuthProxyHeaders(app)(scope, None, None)

    assert [each[SCOPE_ENTRY] for each in seen] == [
        None,
        ProxyPerson("mallory@example.com", ""),
        None,
    ]
    assert [each["headers"] for each in seen] == [[], [], [(b"accept", b"*/*")]]


# H11
@pytest.mark.parametrize("client", [None, ("", 0), ("10.9.9.1", 1), ("/run/andre.sock", None)])
async def test_whoever_has_no_such_address_is_not_the_proxy(settled, client):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    pairs = [(b"remote-email", b"alice@example.com")]
    await AuthProxyHeaders(app)({"type": "http", "client": client, "headers": pairs}, None, None)

    assert seen[0][SCOPE_ENTRY] is None


# H11
async def test_a_name_may_be_in_any_letters(settled):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope[SCOPE_ENTRY].name)

    for name in ("Åse".encode(), b"=?utf-8?q?=C3=85se?=", b"=?nonsense?q?x?="):
        pairs = [(b"remote-email", b"ase@example.com"), (b"remote-name", name)]
        scope = {"type": "http", "client": (PROXY, 1), "headers": pairs}
        await AuthProxyHeaders(app)(scope, None, None)

    assert seen == ["Åse", "Åse", "=?nonsense?q?x?="]


# H11
def test_behind_a_proxy_loopback_is_no_sign_of_sitting_here(settings, settled, visitor):
    settings.DEBUG = True

    assert visitor.opens("/dev/sign-in").status_code == 404
