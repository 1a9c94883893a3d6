"""Listeners as light as can be: on two cores, what the client side costs the server cannot have."""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
HEARTBEAT = b'{"type": "heartbeat"'
BEAT = b'{"type":"beat","rev":0}'
OPENING_AT_ONCE = 50
SECONDS_TO_OPEN = 30

Hear = Callable[["Client", bytes], None]


class Client(asyncio.Protocol):
    """One socket: parses frames, answers pings and heartbeats, hands every text to `hear`."""

    def __init__(self, request: bytes, hear: Hear) -> None:
        self.hear = hear
        self.close_code: int | None = None
        self.welcome: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._request = request
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._is_open:
            head, blank, data = data.partition(b"\r\n\r\n")
            if not blank:
                self._rest = head
                return
            self._open(head)
        self._rest = data[self._frames(data) :]

    def connection_lost(self, _: Exception | None) -> None:
        if self.close_code is None:
            self.close_code = 1006
        if not self.welcome.done():
            self.welcome.set_exception(ConnectionError(f"closed with {self.close_code}"))

    def send(self, text: bytes) -> None:
        self._write(TEXT, text)

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _open(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 101"):
            self.welcome.set_exception(ConnectionError(head.decode("latin-1")))
        self._is_open = True

    def _frames(self, data: bytes) -> int:
        """Take every whole frame; how many bytes they were. A server's frames are not masked."""
        at, size = 0, len(data)
        while size - at >= 2:
            length, begin = data[at + 1], at + 2
            if length == 126:
                length, begin = int.from_bytes(data[begin : begin + 2]), begin + 2
            elif length == 127:
                length, begin = int.from_bytes(data[begin : begin + 8]), begin + 8
            if size < begin + length:
                break
            self._take(data[at] & 0x0F, data[begin : begin + length])
            at = begin + length
        return at

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            if payload.startswith(HEARTBEAT):
                self.send(BEAT)
            elif not self.welcome.done():
                self.welcome.set_result(payload)
            else:
                self.hear(self, payload)
        elif opcode == PING:
            self._write(PONG, payload)
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2])

    def _write(self, opcode: int, payload: bytes) -> None:
        # A mask of zeros is one, and leaves the payload as it is.
        if self._transport is not None:
            size = len(payload)
            head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else long_head(opcode, size)
            self._transport.write(head + b"\0\0\0\0" + payload)


def long_head(opcode: int, size: int) -> bytes:
    return bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2)


async def opened(port: int, path: str, session_keys: list[str], hear: Hear) -> list[Client]:
    """One listener for each session, all of them welcome."""
    clients: list[Client] = []
    for begin in range(0, len(session_keys), OPENING_AT_ONCE):
        some = session_keys[begin : begin + OPENING_AT_ONCE]
        clients += await asyncio.gather(*(open_one(port, path, key, hear) for key in some))
    return clients


async def open_one(port: int, path: str, session_key: str, hear: Hear) -> Client:
    request = handshake(port, path, session_key)
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: Client(request, hear), "127.0.0.1", port)
    async with asyncio.timeout(SECONDS_TO_OPEN):
        await client.welcome
    return client


def handshake(port: int, path: str, session_key: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        f"Cookie: sessionid={session_key}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
