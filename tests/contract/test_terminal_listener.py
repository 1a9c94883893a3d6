"""The listener of the command line: what other clients can be written after."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from andre.web.management.commands import listen
from andre.web.terminal_link import ask_for_key, post
from andre.web.terminal_listener import NotLetIn, TerminalListener
from tests.support.recordings import recording, shelved
from tests.support.server import Server, Visitor, serving, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def bob(server) -> Visitor:
    return server.visitor("Bob").joins()


@pytest.fixture
def key(server) -> str:
    return api_keys.issue(Person.objects.at("alice@example.com", name="Alice"), "operator")[1]


def enable(secret: str, is_enabled: bool) -> None:
    shown = ApiKey.objects.get(hash=sha256(secret.encode()).hexdigest())
    shown.enabled = is_enabled
    shown.save()


class Follower(threading.Thread):
    """Alice's terminal; no wait between two connections is longer than it has to be."""

    def __init__(self, server: Server, key: str, nest: str = "main") -> None:
        super().__init__(daemon=True)
        self.said: list[str] = []
        self.ended = ""
        self.waits: list[float] = []
        self.listener = TerminalListener(
            server.url, nest, key, self.said.append, pause=self.waits.append
        )

    def run(self) -> None:
        try:
            self.listener.listen()
        except NotLetIn as refusal:
            self.ended = str(refusal)

    def says(self, words: str) -> None:
        wait_for(lambda: any(words in line for line in self.said))


def test_it_says_what_plays_and_what_becomes_of_it(server, bob, key):  # L7
    uris = [row.uri for row in shelved(recording("Blue"), recording("Green"))]
    with bob.opens() as page:
        follower = Follower(server, key)
        follower.start()
        follower.says("You are Alice in Main Nest.")
        follower.says("Nothing plays.")

        page.does("add_songs", uris=uris)
        follower.says("Plays: Blue · The Band (0:00 of 3:00), added by Bob")
        page.does("pause")
        follower.says("Paused: Blue")
        page.does("skip")
        follower.says("Green")


def test_it_comes_back_to_what_it_missed(server, bob, key):  # L7 R7
    (song,) = shelved(recording("Blue"))
    with bob.opens() as page:
        follower = Follower(server, key)
        follower.start()
        follower.says("Nothing plays.")
        listener = follower.listener
        seen = (listener.rev, listener.epoch)

        enable(key, False)
        wait_for(lambda: follower.ended)
        page.does("add_songs", uris=[song.uri])
        page.hears("song_started")

    enable(key, True)
    again = Follower(server, key)
    again.listener.rev, again.listener.epoch = seen
    again.start()
    again.says("Plays: Blue")
    assert not any("You are" in line for line in again.said)  # No snapshot was needed.


def test_without_a_nest_or_a_good_key_it_ends_with_a_sentence(server, key):  # L7
    for nest, shown, words in (("ZZZZZ", key, "no such nest"), ("main", "nonsense", "key")):
        follower = Follower(server, shown, nest)
        follower.start()
        wait_for(lambda follower=follower: follower.ended)

        assert words in follower.ended


def test_the_command_without_a_key_and_without_a_server_ends_with_a_sentence():  # L7
    run = subprocess.run(
        [sys.executable, "manage.py", "listen", "--server", "http://127.0.0.1:9"],
        cwd=ROOT,
        env=os.environ | {"LISTEN_KEY": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "The server does not answer" in run.stderr


def test_a_confirmed_key_is_kept_for_the_next_time_and_for_nobody_else(monkeypatch, tmp_path):  # L7
    came_in = []
    kept = tmp_path / "andre.key"
    monkeypatch.delenv("LISTEN_KEY", raising=False)
    monkeypatch.setattr(listen, "ask_for_key", lambda server, say: f"a-key-of-{server}")
    monkeypatch.setattr(TerminalListener, "listen", lambda self: came_in.append(self.key))

    call_command("listen", "--key-file", str(kept), "--server", "http://one")
    call_command("listen", "--key-file", str(kept), "--server", "http://two")

    assert came_in == ["a-key-of-http://one"] * 2
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_command_ends_with_the_reason_or_by_ctrl_c(monkeypatch):  # L7
    ends = [NotLetIn("You are banned."), KeyboardInterrupt()]

    def ends_now(_: TerminalListener) -> None:
        raise ends.pop(0)

    monkeypatch.setenv("LISTEN_KEY", "a-key")
    monkeypatch.setattr(TerminalListener, "listen", ends_now)

    with pytest.raises(CommandError, match="You are banned"):
        call_command("listen", "X7K2P")
    call_command("listen", "X7K2P")

    assert ends == []


def test_a_terminal_without_a_key_shows_a_code_and_comes_in_once_bob_confirms_it(server, bob):  # L7
    said = []

    def confirms(_: float) -> None:
        (code,) = re.findall(r"type ([A-Z0-9]{6})\.", said[0])
        bob.http.post(f"{server.url}/link", {"code": code, "answer": "allow"}, timeout=10)

    key = ask_for_key(server.url, said.append, pause=confirms)

    follower = Follower(server, key)
    follower.start()
    follower.says("You are Bob in Main Nest.")


def test_a_server_that_does_not_answer_or_refuses_is_said(server):  # L7
    with pytest.raises(NotLetIn, match="does not answer"):
        post("http://127.0.0.1:9/api/auth/link", {})
    with pytest.raises(NotLetIn, match="This code is none"):
        post(f"{server.url}/api/auth/link/key", {"code": "AAAAAA", "secret": "x"})
