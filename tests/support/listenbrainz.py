"""A ListenBrainz of our own: it knows tokens, keeps listens, and fails on demand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.stand_ins import answering

TOKENS = {"alices-token": "alice_lb", "bobs-token": "bob_lb"}


@dataclass
class StandIn:
    """`failures` are the next answers, each a status with its headers; 0 hangs up."""

    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)  # path, whose
    listens: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def titles(self, owner: str = "alice_lb") -> list[str]:
        return [title for who, _, title in self.listens if who == owner]

    def submissions(self) -> int:
        return sum(path == "/1/submit-listens" for path, _ in self.requests)


class Handler(BaseHTTPRequestHandler):
    world: StandIn

    def do_GET(self) -> None:
        owner = self.owner()
        if self.is_failing(owner):
            return
        self.answer(200, {"valid": bool(owner), "user_name": owner} if owner else {"valid": False})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner = self.owner()
        if self.is_failing(owner):
            return
        if not owner:
            return self.answer(401, {"code": 401, "error": "Invalid authorization token."})
        for listen in body["payload"]:
            about = listen["track_metadata"]
            # As the real one: the same time, user and song are the same listen.
            key = (owner, listen["listened_at"], about["track_name"])
            self.world.listens[key] = listen
        return self.answer(200, {"status": "ok"})

    def owner(self) -> str:
        return TOKENS.get(self.headers.get("Authorization", "").removeprefix("Token "), "")

    def is_failing(self, owner: str) -> bool:
        self.world.requests.append((self.path, owner))
        if not self.world.failures:
            return False
        status, headers = self.world.failures.pop(0)
        if status:
            self.answer(status, {"code": status, "error": "no"}, headers)
        else:
            self.close_connection = True
        return True

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Tests read what was asked, not what was printed."""


@contextmanager
def running() -> Iterator[StandIn]:
    world = StandIn()
    with answering(type("Bound", (Handler,), {"world": world})) as port:
        world.url = f"http://127.0.0.1:{port}"
        yield world
