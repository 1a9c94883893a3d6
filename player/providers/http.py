"""HTTP to somebody else's server: bounded in time and size, never tried twice by itself."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

import requests
import structlog
from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
MOST_BYTES = 4_000_000
PIECE = 65_536

log = structlog.get_logger(__name__)


class NoAnswer(Exception):
    """Nothing usable came back in time. What was asked may have been done all the same.

    It is raised without its cause, whose words hold the address and whatever is in its query.
    """


@dataclass
class Declined(Exception):
    """A status that is not a success, with what the body says of it."""

    status: int
    body: Any
    headers: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.status} {self.message}"

    @property
    def _error(self) -> Any:  # noqa: ANN401 - Whatever they send.
        return self.body.get("error") if isinstance(self.body, dict) else None

    @property
    def message(self) -> str:
        error = self._error
        found = error.get("message") if isinstance(error, dict) else error
        return found if isinstance(found, str) else ""

    @property
    def reason(self) -> str:
        """A word for programs, where there is one."""
        error = self._error
        found = error.get("reason") if isinstance(error, dict) else error
        return found if isinstance(found, str) else ""

    @property
    def retry_after(self) -> float | None:
        said = self.headers.get("Retry-After", "")
        return float(said) if said.isdecimal() and len(said) < 8 else None


class HttpClient(requests.Session):
    """A session that gives back good answers only. Raises Declined or NoAnswer.

    Redirects are not followed: no provider's API has any, and a token goes where we send it.
    """

    def __init__(self, hidden: str = "") -> None:
        """`hidden`: what addresses begin with that no log is to name."""
        super().__init__()
        self.hidden = hidden
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=16))

    def request(self, method: Any, url: Any, **options: Any) -> Response:  # type: ignore[override] # noqa: ANN401
        """Raises NoAnswer or Declined."""
        began = time.monotonic()
        response = self.open(method, url, **options)
        response._content = whole(response, began + CONNECT_SECONDS + READ_SECONDS)
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise Declined(response.status_code, json_body(response), response.headers)
        if method == "GET" and response.status_code != HTTPStatus.NO_CONTENT:
            require_json(response)
        return response

    def open(self, method: str, url: str, **options: Any) -> Response:
        """Any answer, as far as its headers: the body is not read yet. Raises NoAnswer."""
        options |= {
            "timeout": (CONNECT_SECONDS, READ_SECONDS),
            "allow_redirects": False,
            "stream": True,
        }
        try:
            response = super().request(method, url, **options)
        except (requests.RequestException, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        path = url_path(url).removeprefix(self.hidden)
        log.debug("provider_asked", method=method, path=path, status=response.status_code)
        return response


def read_body(response: Response) -> bytes:
    """Of an answer that is open and short. Raises NoAnswer."""
    return whole(response, time.monotonic() + READ_SECONDS)


def whole(response: Response, deadline: float) -> bytes:
    """The body. The library's own time-out begins anew with every byte; this one does not.

    Raises NoAnswer.
    """
    body = bytearray()
    try:
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if time.monotonic() > deadline or len(body) > MOST_BYTES:
                raise NoAnswer("too slow or too long")
    except (HTTPError, HTTPException, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    finally:
        response.close()  # Read to its end, the connection is back in the pool already.
    return bytes(body)


def require_json(response: Response) -> None:
    """Raises NoAnswer."""
    if not isinstance(json_body(response), dict):
        raise NoAnswer("not JSON")


def json_body(response: Response) -> Any:  # noqa: ANN401
    return parse_json(response.content)


def parse_json(text: bytes | str) -> Any:  # noqa: ANN401
    """None for what is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def url_path(url: object) -> str:
    return str(url).partition("?")[0]
