"""Numbered questions and answers over a WebSocket: how Chromium and Firefox are driven."""

import itertools
import json
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.support.engines.engine import PATIENCE_SECONDS, EngineError

ANSWER_SECONDS = 30.0

Params = dict[str, Any]


class Wire:
    """One connection to a browser, used by one thread."""

    def __init__(self, url: str) -> None:
        self._closing = ExitStack()
        self._socket: ClientConnection = connect_soon(url, self._closing)
        self._numbers = itertools.count(1)
        self.events: list[Params] = []  # What the browser said unasked and nobody has taken yet.

    def ask(self, method: str, params: Params | None = None, **envelope: Any) -> Params:
        number = next(self._numbers)
        question = {"id": number, "method": method, "params": params or {}, **envelope}
        self._socket.send(json.dumps(question))
        end = time.monotonic() + ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0:
            message = self._receive(left)
            if message is None or message.get("id") != number:
                continue
            if "error" in message:
                raise EngineError(f"{method}: {message['error']} {message.get('message', '')}")
            answer: Params = message["result"]
            return answer
        raise EngineError(f"{method}: no answer within {ANSWER_SECONDS:.0f} s")

    def take(self, wanted: Callable[[Params], bool], seconds: float = ANSWER_SECONDS) -> Params:
        """The first event of this kind, waited for if it has not come yet."""
        end = time.monotonic() + seconds
        while True:
            for event in self.events:
                if wanted(event):
                    self.events.remove(event)
                    return event
            if (left := end - time.monotonic()) <= 0:
                raise EngineError("The browser did not say what was waited for.")
            self._receive(left)

    def close(self) -> None:
        with suppress(OSError, WebSocketException):  # The browser may have gone first.
            self._closing.close()

    def _receive(self, seconds: float) -> Params | None:
        try:
            message: Params = json.loads(self._socket.recv(timeout=seconds))
        except TimeoutError:
            return None
        if "id" not in message:
            self.events.append(message)
        return message


def connect_soon(url: str, closing: ExitStack) -> ClientConnection:
    """A browser listens some time after it was started. The connection ends with `closing`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            opening = connect(url, max_size=None, ping_interval=None, origin=None, compression=None)
            return closing.enter_context(opening)
        except (OSError, WebSocketException):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
