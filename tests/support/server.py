"""A really running server in this process, with people at it."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import requests
import uvicorn
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from andre.accounts.models import Person
from andre.core import clock
from andre.core.keys import GLOBAL
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.launcher.http_protocol import TimedHttpProtocol
from andre.launcher.valkey_server import free_port
from andre.protocol.events import EVENT
from player.playback import playback
from tests.support.reducer import Mirror

PATIENCE_SECONDS = 15  # What is there sooner is not waited for.


@contextmanager
def serving() -> Iterator["Server"]:
    from andre.asgi import application

    port = free_port()
    web = uvicorn.Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=port,
            lifespan="off",
            log_config=None,
            http=TimedHttpProtocol,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    wait_for(lambda: web.started)
    ticker = Ticker()
    ticker.start()
    try:
        yield Server(port)
    finally:
        ticker.stop()
        web.should_exit = True
        thread.join(PATIENCE_SECONDS)


class Ticker(threading.Thread):
    """What beat and the worker do, every few milliseconds, in place of Celery."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.01):
            for nest in redis().zrangebyscore(GLOBAL.deadlines, "-inf", clock.now_ms()):
                playback.tick(nest)

    def stop(self) -> None:
        self._ended.set()
        self.join(PATIENCE_SECONDS)


@dataclass
class Server:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def visitor(self, name: str) -> "Visitor":
        return Visitor(self, name)


@dataclass
class Visitor:
    """A signed-in person with a browser's cookies."""

    server: Server
    name: str

    def __post_init__(self) -> None:
        self.email = f"{self.name.lower()}@example.com"
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        self.id = person_id(self.email)
        Person.objects.get_or_create(email=self.email, defaults={"name": self.name})
        seat = {"email": self.email, "name": self.name, "picture": "", "role": "viewer"}
        store["seat"] = seat
        store.create()
        store.save()
        self.session_key: str = store.session_key
        self.http = requests.Session()
        token = uuid.uuid4().hex
        self.http.cookies.update({"sessionid": self.session_key, "csrftoken": token})
        self.http.headers.update({"X-CSRFToken": token, "Origin": server_url(self.server)})

    def asks(self, method: str, path: str, **body: Any) -> requests.Response:
        json_body = body or None
        return self.http.request(method, self.server.url + path, json=json_body, timeout=10)

    def builds(self, name: str | None = None) -> dict[str, Any]:
        answer = self.asks("POST", "/api/nests", **({"name": name} if name else {"name": None}))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def joins(self, nest: str = "main") -> "Visitor":
        """A member from now on, without any connection."""
        answer = self.asks("POST", f"/api/nests/{nest}/join")
        assert answer.status_code == 200, answer.text
        return self

    def opens(self, nest: str = "", query: str = "", mirror: Mirror | None = None) -> "Page":
        path = f"/socket/{nest}" if nest else "/socket"
        page = Page(self, path, query)
        page.mirror = mirror
        return page


def server_url(server: Server) -> str:
    return server.url


class Page:
    """One open page: a socket, everything it has heard, and a mirror of the nest."""

    def __init__(self, visitor: Visitor, path: str, query: str = "", origin: str | None = None):
        self.visitor = visitor
        self.heard: list[dict[str, Any]] = []
        self._unasked: list[dict[str, Any]] = []
        self.mirror: Mirror | None = None
        self.close_code: int | None = None
        self._stack = ExitStack()
        self._socket: ClientConnection = self._stack.enter_context(
            connect(
                f"ws://127.0.0.1:{visitor.server.port}{path}{query}",
                origin=origin or visitor.server.url,
                additional_headers={"Cookie": f"sessionid={visitor.session_key}"},
                compression=None,
                max_size=None,
            )
        )

    def __enter__(self) -> "Page":
        self.welcome = self.hears("welcome")
        return self

    def __exit__(self, *_: object) -> None:
        self.leaves()

    def leaves(self) -> None:
        self._stack.close()

    def sends(self, frame: str | bytes) -> None:
        self._socket.send(frame)

    def floods(self, frame: str, times: int) -> None:
        """Send as long as anybody takes it."""
        with suppress(ConnectionClosed):
            for _ in range(times):
                self.sends(frame)

    def does(self, verb: str, **fields: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        command_id = fields.pop("id", None) or str(uuid.uuid4())
        self.sends(json.dumps({"type": verb, "id": command_id, **fields}))
        return self.hears("done", "refused", id=command_id)

    def hears(
        self, *types: str, seconds: float = PATIENCE_SECONDS, **fields: Any
    ) -> dict[str, Any]:
        """The first frame not yet asked for of one of these types with these fields."""
        end = time.monotonic() + seconds
        while True:
            for frame in self._unasked:
                if frame["type"] in types and all(frame.get(k) == v for k, v in fields.items()):
                    self._unasked.remove(frame)
                    return frame
            if (left := end - time.monotonic()) <= 0:
                break
            self._receive(left)
        heard = [frame["type"] for frame in self.heard]
        raise AssertionError(f"{self.visitor.name} never heard {types} {fields}, but {heard}")

    def catches_up(self, rev: int) -> Mirror:
        """The mirror once every event up to this revision has been applied."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.mirror is None or self.mirror.rev < rev:
            assert time.monotonic() < end, f"stuck at {self.mirror and self.mirror.rev} of {rev}"
            self._receive(0.1)
        return self.mirror

    def hears_nothing(self, seconds: float) -> bool:
        before = len(self.heard)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._receive(left)
        return len(self.heard) == before

    def is_closed_with(self) -> int | None:
        end = time.monotonic() + PATIENCE_SECONDS
        while self.close_code is None and time.monotonic() < end:
            self._receive(0.2)
        return self.close_code

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        try:
            text = self._socket.recv(timeout=seconds)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            self.close_code = closed.rcvd.code if closed.rcvd else 1006
            time.sleep(min(seconds, 0.02))
            return None
        frame: dict[str, Any] = json.loads(text)
        if "rev" in frame and "ts" in frame:
            EVENT.validate_json(text)
        self.heard.append(frame)
        self._unasked.append(frame)
        if frame["type"] == "welcome":
            self.mirror = Mirror.of(frame, self.mirror)
        elif self.mirror is not None and "rev" in frame and "ts" in frame:
            self.mirror.apply(frame)
        return frame


def wait_for(happened: Any, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
