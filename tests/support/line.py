"""The line between a house and a store of it, which can be slow, cut and go nowhere."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

CHUNK = 65_536


class Line:
    """A loopback port in front of a unix socket, or of another port."""

    def __init__(self, to: Path | tuple[str, int]) -> None:
        self.to = to
        self.is_shut = False  # Whoever comes is sent away at once.
        self.delay_s = 0.0
        self.cut_after: int | None = None  # So many bytes of answers, then the connection ends.
        self.goes_nowhere = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._door = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def mends(self) -> None:
        """As before; what was on its way is lost, and its connections with it."""
        self.delay_s, self.cut_after, self.goes_nowhere = 0.0, None, False
        self.is_shut = False
        self.drops_all()

    def drops_all(self) -> None:
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            end(*pair)

    def closes(self) -> None:
        end(self._door)
        self.drops_all()

    def _let_in(self) -> None:
        with suppress(OSError):  # The door was shut.
            while True:
                near, _ = self._door.accept()
                try:
                    far = self._far()
                except OSError:
                    near.close()
                    continue
                self._pairs.append((near, far))
                for work in (self._asks, self._answers):
                    threading.Thread(target=work, args=(near, far), daemon=True).start()

    def _far(self) -> socket.socket:
        if self.is_shut:
            raise ConnectionRefusedError
        if isinstance(self.to, tuple):
            return socket.create_connection(self.to, timeout=5)
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(self.to))
        return far

    def _asks(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(CHUNK):
                while self.goes_nowhere:
                    time.sleep(0.02)
                far.sendall(data)
        end(near, far)

    def _answers(self, near: socket.socket, far: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := far.recv(CHUNK):
                time.sleep(self.delay_s)
                while self.goes_nowhere:
                    time.sleep(0.02)
                if (left := self.cut_after) is not None and passed + len(data) > left:
                    near.sendall(data[: max(0, left - passed)])
                    break
                near.sendall(data)
                passed += len(data)
        end(near, far)


def end(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):  # It had ended by itself.
            each.shutdown(socket.SHUT_RDWR)
        each.close()
