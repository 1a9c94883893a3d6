"""A program that listens to a nest over server-sent events."""

import json
import queue
import socket
import threading
import time
from http.client import HTTPConnection
from typing import Any

from tests.support.server import PATIENCE_SECONDS, Visitor


class Listener:
    """One open stream and everything it has said: `{"event", "id", "data", "at"}`, comments too."""

    def __init__(self, visitor: Visitor, path: str, last_event_id: str | None = None) -> None:
        self.heard: list[dict[str, Any]] = []
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._line = HTTPConnection("127.0.0.1", visitor.server.port, timeout=30)
        headers = {"Cookie": f"sessionid={visitor.session_key}"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        self._line.request("GET", path, headers=headers)
        self._socket = self._line.sock  # `getresponse` forgets it where the body ends the line.
        self.response = self._line.getresponse()
        self.status = self.response.status
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self.leaves()

    def leaves(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # The house has hung up before.
        finally:
            self._reader.join(PATIENCE_SECONDS)
            self._line.close()

    def hears(self, *names: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next event of one of these names; with none of them, the very next one."""
        end = time.monotonic() + seconds
        while True:
            try:
                said = self._inbox.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never heard {names}, but {self.names()}") from None
            assert said is not None, f"the stream ended after {self.names()}"
            self.heard.append(said)
            if not names or said["event"] in names:
                return said

    def has_ended(self, seconds: float = PATIENCE_SECONDS) -> bool:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                said = self._inbox.get(timeout=left)
            except queue.Empty:
                return False
            if said is None:
                return True
            self.heard.append(said)
        return False

    def names(self) -> list[str]:
        return [said["event"] for said in self.heard]

    def _read(self) -> None:
        block: list[str] = []
        try:
            for raw in self.response:
                line = raw.decode().rstrip("\n")
                if line:
                    block.append(line)
                else:
                    self._inbox.put(parsed(block))
                    block = []
        except (OSError, ValueError):
            pass  # It left in the middle of a line.
        self._inbox.put(None)


def parsed(block: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"event": "comment", "id": None, "data": None, "at": time.monotonic()}
    for line in block:
        name, _, value = line.partition(":")
        if name:
            said[name] = json.loads(value) if name == "data" else value.removeprefix(" ")
    return said
