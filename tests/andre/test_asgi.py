"""The door of the web."""

import socket
import threading

import pytest

from tests.support.server import serving, wait_for

AT_ONCE = 4
REQUEST = b"GET /static/js/core/format.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.django_db(transaction=True)
def test_requests_close_behind_each_other_share_no_thread_and_leave_none():
    with serving() as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        answers = line.makefile("rb")
        before = threading.active_count()
        for _ in range(10):
            line.sendall(REQUEST * AT_ONCE)
            assert [read(answers) for _ in range(AT_ONCE)] == [b"HTTP/1.1 200 OK"] * AT_ONCE

        wait_for(lambda: threading.active_count() <= before)


def read(answers) -> bytes:
    """The first line of the next answer."""
    status, *fields = iter(lambda: answers.readline().strip(), b"")
    named = dict(field.lower().split(b": ", 1) for field in fields)
    answers.read(int(named[b"content-length"]))
    return status
