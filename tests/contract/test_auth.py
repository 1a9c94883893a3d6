"""What programs rely on, over a server that really runs: keys, tokens, sockets, streams."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from andre.accounts import api_keys, jwt_tokens
from andre.accounts.credentials import Credential
from andre.accounts.models import ApiKey, Person
from andre.core.executors import in_thread
from tests.support.logs import logged
from tests.support.server import Server, Visitor, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def alice(server) -> Visitor:
    return server.visitor("Alice")


@pytest.fixture
def key(server) -> tuple[ApiKey, str]:
    """Alice's, for her programs."""
    return api_keys.issue(Person.objects.at("alice@example.com", name="Alice"), "operator")


def bearer(shown: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}"}


def token_of(server: Server, secret: str) -> str:
    answer = requests.post(server.url + "/api/auth/token", headers=bearer(secret), timeout=5)
    return answer.json()["token"]


@contextmanager
def socket(server: Server, headers: dict[str, str], query: str = "") -> Iterator[ClientConnection]:
    address = f"ws://127.0.0.1:{server.port}/socket{query}"
    with connect(address, additional_headers=headers, compression=None) as opened:
        yield opened


def hears(opened: ClientConnection, kind: str) -> dict:
    while True:
        frame = json.loads(opened.recv(timeout=5))
        if frame["type"] == kind:
            return frame


def closed_with(opened: ClientConnection, seconds: float) -> int | None:
    """The code, if the house hangs up in time."""
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            opened.recv(timeout=max(0.01, end - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    except TimeoutError:
        return None
    return None


# R6 K-2.2
def test_a_program_opens_a_socket_with_a_key_and_with_a_token(server, key):
    token = token_of(server, key[1])
    ways = [
        (bearer(key[1]), ""),
        ({"X-Andre-API-Key": key[1]}, ""),
        (bearer(token), ""),
        ({}, f"?token={token}"),
    ]

    for headers, query in ways:
        with socket(server, headers, query) as opened:
            you = hears(opened, "welcome")["you"]
            opened.send(json.dumps({"type": "set_volume", "id": "7", "volume": 40}))

            assert (you["email"], you["name"], you["role"]) == (
                "alice@example.com",
                "Alice",
                "operator",
            )
            assert hears(opened, "done")["id"] == "7"


# R6
@pytest.mark.parametrize("shown", ["andre_made-up", "eyJhbGciOiJIUzI1NiJ9.e30.made-up"])
def test_what_is_not_good_is_closed_with_4001(server, alice, shown):
    cookie = {"Cookie": f"sessionid={alice.session_key}"}

    with socket(server, cookie | bearer(shown)) as opened:
        assert closed_with(opened, 5) == 4001


# R10 K-2.4
@pytest.mark.parametrize("with_token", [False, True])
def test_a_disabled_key_ends_its_sockets_within_two_seconds(server, key, with_token):
    shown = token_of(server, key[1]) if with_token else key[1]
    with socket(server, bearer(shown)) as opened:
        hears(opened, "welcome")

        key[0].enabled = False
        key[0].save()

        assert closed_with(opened, 2) == 4012


# R10 K-2.4
def test_a_token_that_ends_ends_its_socket(server, key, monkeypatch):
    now = time.time()
    monkeypatch.setattr(jwt_tokens.time, "time", lambda: now - 3600 + 2)
    token, _ = jwt_tokens.mint(key[0])
    monkeypatch.undo()

    with socket(server, bearer(token)) as opened:
        hears(opened, "welcome")

        assert closed_with(opened, 4) == 4012


# K-2.4
async def test_the_net_under_a_lost_push_is_looked_at_every_minute(monkeypatch):
    monkeypatch.setattr("andre.accounts.credentials.CHECK_SECONDS", 0.01)

    nobodys = Credential("session", "nobody's", seat=None)

    await nobodys.end(lambda: None)

    assert not await in_thread(nobodys.is_alive)


# 03 section 4
def test_a_program_listens_to_a_stream(server, key):
    token = token_of(server, key[1])
    ways = [({"headers": bearer(key[1])}, ""), ({"headers": bearer(token)}, ""), ({}, token)]

    for details, in_address in ways:
        address = f"{server.url}/api/events?token={in_address}" if in_address else "/api/events"
        answer = requests.get(
            address if in_address else server.url + address, stream=True, timeout=5, **details
        )
        with answer:
            assert answer.status_code == 200
            assert b"event: snapshot" in next(answer.iter_content(100))
    assert requests.get(server.url + "/api/events", timeout=5).status_code == 401


# 01 section 8, K-2.2
def test_a_token_alone_deletes_no_nest_and_a_key_does(server, alice, key):
    nest = f"{server.url}/api/nests/{alice.builds('Short Lived')['code']}"
    token = token_of(server, key[1])

    by_token = requests.delete(nest, headers=bearer(token), timeout=5)
    by_both = requests.delete(nest, headers=bearer(token) | {"X-Andre-API-Key": key[1]}, timeout=5)

    assert (by_token.status_code, by_token.json()["error"]) == (403, "session_required")
    assert by_both.status_code == 200


# U-4.7
def test_a_program_gets_its_music_with_what_it_shows(server, key, alice):
    path = server.url + "/media/tracks/1?token=made-up"

    anonymous = requests.get(path, timeout=5)
    with_key = requests.get(path, headers=bearer(key[1]), timeout=5)

    assert (anonymous.status_code, anonymous.json()["error"]) == (401, "unauthorized")
    assert (with_key.status_code, with_key.json()["error"]) == (403, "invalid_token")


def test_a_ticket_is_as_good_as_what_it_was_asked_with(server, key):
    asked = requests.post(server.url + "/api/ws-ticket", headers=bearer(key[1]), timeout=5).json()

    with socket(server, {}, f"?ticket={asked['ticket']}") as opened:
        hears(opened, "welcome")
        key[0].enabled = False
        key[0].save()

        assert closed_with(opened, 2) == 4012


# K-2.5 X7
def test_nothing_that_was_shown_is_in_the_log(server, key):
    with logged() as log:
        shown = [key[1], token_of(server, key[1])]
        for each in shown:
            requests.get(server.url + "/api/auth/whoami", headers=bearer(each), timeout=5)
            requests.get(server.url + f"/api/nests/ZZZZZ/events?token={each}", timeout=5)
            requests.get(server.url + f"/nowhere/{each}", timeout=5)
            with socket(server, {}, f"?token={each}") as opened:
                closed_with(opened, 0.3)

    written = log.getvalue()
    assert "auth_success" in written
    assert not any(each in written for each in shown)
    assert not any(each.rpartition(".")[2] in written for each in shown)


# K-1.8 03 section 5
def test_the_key_is_all_there_is_on_standard_output(tmp_path):
    environ = {
        "PATH": "/usr/bin:/bin",
        "ANDRE_DATA_DIR": str(tmp_path),
        "ANDRE_ENVIRONMENT": "test",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    owner = ("create_api_key", "--owner", "alice@example.com", "--role", "viewer")

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, timeout=50, check=True
        )
        return done.stdout

    manage("migrate", "--verbosity", "0")
    said = manage(*owner)

    assert said.startswith("andre_")
    assert len(said.split()) == 1
