"""A Last.fm of our own: tokens that people allow, keys of theirs, signatures, faults on demand."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

from tests.support.stand_ins import answering

KEY, SECRET = "the-key-of-the-server", "the-secret-of-the-server"


@dataclass
class StandIn:
    """`failures` are the next answers: a status and the body with Last.fm's own number."""

    url: str = ""
    calls: list[dict[str, str]] = field(default_factory=list)
    allowed: dict[str, str] = field(default_factory=dict)  # token, whose
    keys: dict[str, str] = field(default_factory=dict)  # a listener's key, whose
    failures: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None  # It has the listen, and nobody knows yet.

    def listens(self) -> list[str]:
        """What it has of everybody: of the same song at the same second there is one."""
        told = ("sk", "timestamp", "artist", "track")
        kept = {tuple(call[name] for name in told) for call in self.scrobbled()}
        return sorted(track for *_, track in kept)

    def scrobbled(self) -> list[dict[str, str]]:
        return [call for call in self.calls if call["method"] == "track.scrobble"]

    def answer(self, call: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.failures:
            return self.failures.pop(0)
        if not is_signed(call):
            return 403, {"error": 13, "message": "Invalid method signature supplied"}
        match call["method"]:
            case "auth.getToken":
                return 200, {"token": f"token-{len(self.calls)}"}
            case "auth.getSession":
                return self.session_of(self.allowed.pop(call["token"], ""))
            case "track.scrobble" if call["sk"] in self.keys:
                self.before_answer()
                return 200, {"scrobbles": {"@attr": {"accepted": 1, "ignored": 0}}}
        return 403, {"error": 9, "message": "Invalid session key - Please re-authenticate"}

    def session_of(self, owner: str) -> tuple[int, dict[str, Any]]:
        if not owner:
            return 403, {"error": 14, "message": "Unauthorized Token"}
        self.keys[f"key-of-{owner}"] = owner
        return 200, {"session": {"name": owner, "key": f"key-of-{owner}", "subscriber": 0}}


def is_signed(call: dict[str, str]) -> bool:
    told = sorted(
        (name, value) for name, value in call.items() if name not in ("api_sig", "format")
    )
    text = "".join(name + value for name, value in told) + SECRET
    return call["api_key"] == KEY and call["api_sig"] == hashlib.md5(text.encode()).hexdigest()


class Handler(BaseHTTPRequestHandler):
    world: StandIn

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        call = dict(parse_qsl(text, keep_blank_values=True))
        self.world.calls.append(call)
        status, body = self.world.answer(call)
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Tests read what was asked, not what was printed."""


@contextmanager
def running() -> Iterator[StandIn]:
    world = StandIn()
    with answering(type("Bound", (Handler,), {"world": world})) as port:
        world.url = f"http://127.0.0.1:{port}/2.0/"
        yield world
