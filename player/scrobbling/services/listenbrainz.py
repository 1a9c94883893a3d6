"""ListenBrainz, or a server that speaks its language: two documented requests.

https://listenbrainz.readthedocs.io/en/latest/users/api/core.html
"""

from http import HTTPStatus
from typing import Any

from requests import Response

from andre.core.conf import conf
from player.providers.http import Declined, HttpClient, NoAnswer
from player.scrobbling.services.base import AskLater, Listen, NotTaken, Owner, TokenRefused

REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# Its own word is a header of its own; self-hosted ones and proxies write the usual one.
RESET_IN = "X-RateLimit-Reset-In"


class ListenBrainz:
    name = "listenbrainz"
    title = "ListenBrainz"
    token_url = "https://listenbrainz.org/settings/"  # noqa: S105 - A page, no token.
    shortest_ms = 0

    @property
    def is_configured(self) -> bool:
        return conf().andre_scrobbling

    def begin(self) -> None:
        """Listeners bring their own."""

    def find_owner(self, token: str) -> Owner:
        """Raises TokenRefused or AskLater."""
        try:
            answer = send_request("GET", "validate-token", token).json()
        except NotTaken as error:
            raise TokenRefused from error
        if answer.get("valid") is not True:
            raise TokenRefused
        return Owner(str(answer.get("user_name") or ""), token)

    def submit(self, token: str, listen: Listen) -> None:
        """Raises TokenRefused, NotTaken or AskLater."""
        send_request("POST", "submit-listens", token, json=body_of(listen))


def send_request(method: str, path: str, token: str, **options: Any) -> Response:
    """Raises TokenRefused, NotTaken or AskLater."""
    url = f"{conf().listenbrainz_api_url.rstrip('/')}/1/{path}"
    try:
        with HttpClient() as client:
            return client.request(
                method, url, headers={"Authorization": f"Token {token}"}, **options
            )
    except NoAnswer as error:
        raise AskLater(str(error)) from error
    except Declined as answer:
        raise reason_of(answer) from answer


def reason_of(answer: Declined) -> Exception:
    if answer.status in REFUSED:
        return TokenRefused()
    is_busy = answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT)
    if is_busy or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AskLater(str(answer), answer.retry_after or reset_in(answer))
    if answer.status < HTTPStatus.BAD_REQUEST:
        return AskLater(
            f"{answer.status}: it answers from elsewhere"
        )  # A page to sign in, perhaps.
    return NotTaken(str(answer))


def reset_in(answer: Declined) -> float:
    said = answer.headers.get(RESET_IN, "")
    return float(said) if said.isdecimal() and len(said) < 8 else 0


def body_of(listen: Listen) -> dict[str, Any]:
    """As it wants it: no field is empty."""
    about = {
        "artist_name": listen.artist,
        "track_name": listen.title,
        "release_name": listen.album,
        "additional_info": {
            "duration_ms": listen.duration_ms,
            "media_player": "Andre",
            "submission_client": "Andre",
        },
    }
    heard = {
        "listened_at": listen.heard_at_ms // 1_000,
        "track_metadata": {name: value for name, value in about.items() if value},
    }
    return {"listen_type": "single", "payload": [heard]}
