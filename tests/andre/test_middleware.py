"""What no request may hold, and what no cache may keep."""

import json

import pytest
from django.test import Client

from andre.protocol import frames
from tests.nests.support import visitor

pytestmark = pytest.mark.django_db

NUL = "\x00"
COMMANDS = "/api/nests/main/commands"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def bob():
    return visitor("Bob")


# X4
@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("GET", "/nest/A%00B", "", JSON),
        ("GET", "/api/history?q=a%00b", "", JSON),
        ("GET", "/api/history?nest=A%00B", "", JSON),
        ("POST", COMMANDS, r'{"type": "add_comment", "song_id": 1, "text": "a\u0000b"}', JSON),
        ("POST", COMMANDS, r'{"type": "add_comment", "song_id": 1, "text": "\\\u0000"}', JSON),
        ("POST", "/api/nests", '{"name": "a\x00b"}', JSON),
        ("POST", "/dev/sign-in", "name=a%00b", FORM),
        ("POST", "/sign-in/", "name=a\x00b", FORM),
        (
            "POST",
            "/dev/sign-in",
            '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\x00b\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_character_that_no_text_has_is_refused_wherever_it_stands(bob, method, path, body, kind):
    answer = bob.generic(method, path, body, content_type=kind)

    assert answer.status_code == 400
    assert "U+0000" in answer.content.decode()


def test_no_cookie_smuggles_it_in(db):  # X4
    """Octal escapes of quoted cookies (RFC 2109) are read by Django; a session is looked up so."""
    answer = Client(HTTP_COOKIE=r'sessionid="\000\000\000\000\000\000\000\000"').get("/")

    assert answer.status_code == 400


def test_a_backslash_before_a_u_is_a_backslash(bob):  # X4
    text = r"C:\u0000 is no place"

    assert not frames.has_nul_escape(json.dumps(text))
    assert frames.has_nul_escape(json.dumps("a\\" + NUL))


# X7
@pytest.mark.parametrize(
    "path",
    [
        "/api/nests",
        "/api/history",
        "/api/nests/main",
        "/api/nests/main/history",
        "/api/auth/whoami",
    ],
)
def test_what_is_somebodys_own_stays_in_no_cache(bob, path):
    assert bob.get(path)["Cache-Control"] == "no-store"
    assert Client().get(path)["Cache-Control"] == "no-store"
