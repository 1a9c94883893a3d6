"""Clients that do not read, crawl, flood and vanish; nobody else notices, and memory returns."""

import base64
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.crowd import Crowd, Person
from tests.support.whole_house import House

UNNOTICED_SECONDS = 5  # Half of what a page waits for an answer; alone it is a tenth of one.
KIB_MORE = 40 * 1024
VANISHING = 500


@pytest.fixture(scope="module")
def rude(house: House) -> Person:
    return Person(house.url, "Rude")


def handshake(rude: Person) -> socket.socket:
    """A WebSocket without a client: whoever holds it may do what no library would."""
    host, port = "127.0.0.1", int(rude.url.rpartition(":")[2])
    raw = socket.create_connection((host, port), timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /socket HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: {rude.url}",
        f"Cookie: {rude.cookie}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    ]
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    return raw


def masked(text: str) -> bytes:
    """One text frame of a client, RFC 6455, of less than 126 bytes."""
    payload, mask = text.encode(), os.urandom(4)
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return bytes([0x81, 0x80 | len(payload)]) + mask + body


def memory_kib(house: House) -> int:
    pages = (Path("/proc") / str(house.pid_of("uvicorn")) / "statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.fixture
def unnoticed(house: House, evening) -> Iterator[Crowd]:
    """Others talk all the while; their answers come as ever, and memory does not stay taken."""
    with evening() as crowd:
        before, began = memory_kib(house), time.monotonic()
        yield crowd
        crowd.talks(1)
        crowd.is_silent()
        meanwhile = [each for each in crowd.entries if each.asked_at > began]
        assert max(each.took or 0 for each in meanwhile) < UNNOTICED_SECONDS
        assert all(page.welcomes == 1 for page in crowd.listeners)
        assert memory_kib(house) < before + KIB_MORE


def test_one_who_never_reads(rude, unnoticed):  # F3 R11
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(handshake(rude))
        unnoticed.talks(4)


def test_one_who_sends_byte_by_byte(rude, unnoticed):  # F3
    with handshake(rude) as raw:
        while b"welcome" not in raw.recv(65_536):
            pass
        for byte in masked('{"type":"set_volume","id":"slow","volume":31}'):
            raw.sendall(bytes([byte]))
            time.sleep(0.03)
        raw.settimeout(0.5)
        heard = b""
        with suppress(TimeoutError):
            while b'"slow"' not in heard:
                heard += raw.recv(65_536)

    assert b'"slow"' in heard


def test_one_who_sends_large_frames_as_fast_as_can_be(rude, unnoticed):  # F3 R4
    frame = '{"type":"add_comment","song_id":1,"text":"' + "x" * 16_000 + '"}'
    code = None
    for _ in range(3):
        with connect(
            rude.url.replace("http", "ws", 1) + "/socket",
            origin=rude.url,
            additional_headers={"Cookie": rude.cookie},
            max_size=None,
        ) as flooding:
            try:
                for _ in range(3_000):
                    flooding.send(frame)
                flooding.recv(5)
            except ConnectionClosed as closed:
                code = closed.rcvd and closed.rcvd.code
    assert code in {4008, None}


def test_five_hundred_who_come_and_vanish(rude, unnoticed):  # F3
    for _ in range(VANISHING):
        raw = handshake(rude)
        # Without a goodbye: the kernel sends a reset instead of an end.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
