"""The one way to a server of this kind: the Subsonic API, asked with GET, answered in JSON.

Its address and its password are in no sentence, no log line and no answer of ours.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Literal, TypeVar

import structlog
from requests import Response

from andre.core.conf import conf
from andre.core.errors import Refusal
from player.providers.http import Declined, HttpClient, parse_json, read_body
from player.providers.music_servers import faults

NAME = "subsonic"
TITLE = "The music server"
ASKED = faults.Asked(NAME, TITLE, "user and password")
VERSION = "1.16.1"  # Every server of these years knows it, and OpenSubsonic is this and more.
# What servers say that keep passwords as hashes, and so cannot check a salted token.
NO_TOKENS_HERE = frozenset({10, 41})
NOT_LET_IN = frozenset({40, 41, 42, 43, 44, 50})
NOT_FOUND = 70
CODE_IN_XML = re.compile(rb"<error\b[^>]*\bcode=\"(\d{1,4})\"")
FAULTS = ("application/json", "application/xml", "text/")

Json = dict[str, Any]
T = TypeVar("T")
Question = Literal[
    "search3", "getSong", "getAlbum", "getArtist", "getGenres", "getRandomSongs", "scrobble"
]
File = Literal["stream", "getCoverArt"]

log = structlog.get_logger(__name__)
_without_tokens: set[str] = set()  # Servers that want the password itself.


class Failed(Exception):
    """The server says that it did not do it; `code` is the protocol's number for why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def ask(question: Question, **params: str | int) -> Json:
    """The body of its answer. Raises Refusal `track_not_found`, or ProviderError."""
    with translate_answers():
        return with_sign_in(lambda signed: read_answer(question, params | signed))


def open_file(file: File, byte_range: str = "", **params: str | int) -> Response:
    """A file, or the part of it that was asked for, not read yet: with a status of 200, 206 or 416.

    Raises Refusal `track_not_found`, or ProviderError.
    """
    headers = {"Accept-Encoding": "identity"} | ({"Range": byte_range} if byte_range else {})
    with translate_answers():
        return with_sign_in(lambda signed: open_answer(file, params | signed, headers))


def with_sign_in(call: Callable[[Json], T]) -> T:
    """By a salted token; by the password where the server cannot check one."""
    base = str(conf().subsonic_url)
    if base in _without_tokens:
        return call(sign_in_params(by_token=False))
    try:
        return call(sign_in_params(by_token=True))
    except Failed as failed:
        if failed.code not in NO_TOKENS_HERE:
            raise
        answer = call(sign_in_params(by_token=False))
        _without_tokens.add(base)
        return answer


def sign_in_params(*, by_token: bool) -> Json:
    secret = conf().subsonic_password
    password = secret.get_secret_value() if secret else ""
    asked = {"u": conf().subsonic_user, "v": VERSION, "c": "andre", "f": "json"}
    if not by_token:
        return asked | {"p": f"enc:{password.encode().hex()}"}
    salt = secrets.token_hex(8)
    # The protocol's own way, whatever one thinks of it today.
    return asked | {"s": salt, "t": hashlib.md5(f"{password}{salt}".encode()).hexdigest()}  # noqa: S324


def read_answer(question: str, params: Json) -> Json:
    """Raises Failed, NoAnswer or Declined."""
    try:
        found = connection().get(method_url(question), params=params).json()
    except Declined as declined:
        require_success(declined.body)
        raise
    return require_success(found) or {}


def open_answer(file: str, params: Json, headers: dict[str, str]) -> Response:
    """Raises Failed, NoAnswer or Declined."""
    answer = connection().open("GET", method_url(file), params=params, headers=headers)
    if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        answer.close()
        return answer
    is_fault = answer.headers.get("Content-Type", "").lower().startswith(FAULTS)
    if answer.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) and not is_fault:
        return answer
    text = read_body(answer)
    if in_xml := CODE_IN_XML.search(text):
        raise Failed(int(in_xml[1]))
    require_success(parse_json(text))
    raise Declined(answer.status_code, None, answer.headers)


def require_success(body: object) -> Json | None:
    """The answer in it; None where it is none of this protocol. Raises Failed."""
    found = body.get("subsonic-response") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return None
    if found.get("status") == "ok":
        return found
    error = found.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    raise Failed(code if isinstance(code, int) else 0)


def method_url(method: str) -> str:
    return f"{conf().subsonic_url}/rest/{method}"


def connection() -> HttpClient:
    return faults.client_of(str(conf().subsonic_url))


@contextmanager
def translate_answers() -> Iterator[None]:
    """Raises Refusal `track_not_found`, or ProviderError."""
    with faults.translate_faults(ASKED):
        try:
            yield
        except Failed as failed:
            raise refusal_for_code(failed.code) from failed


def refusal_for_code(code: int) -> Refusal:
    if code == NOT_FOUND:
        return faults.no_such_thing(TITLE)
    if code in NOT_LET_IN:
        return faults.credentials_error(code, ASKED)
    log.warning("music_server_refused", provider=NAME, code=code)
    return faults.outage_error(TITLE)
