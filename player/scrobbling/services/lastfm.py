"""Last.fm, or a server that speaks its language: signed requests, and a key for each listener.

https://www.last.fm/api/desktopauth and https://www.last.fm/api/show/track.scrobble
"""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from andre.core.conf import conf
from player.providers.http import Declined, HttpClient, NoAnswer
from player.scrobbling.services.base import (
    AskLater,
    Begun,
    Listen,
    NotTaken,
    Owner,
    TokenRefused,
)

# Its own numbers: a token that is none, was not allowed or is too old; a listener's key that ended.
REFUSED = (4, 9, 14, 15, 17)
# The service is away, or asked too often; or the operator's key is at fault, who may mend it.
FOR_LATER = (8, 10, 11, 13, 16, 26, 29)


class LastFm:
    name = "lastfm"
    title = "Last.fm"
    token_url = ""
    shortest_ms = 30_000  # Its own rule: nothing of thirty seconds or less.

    @property
    def is_configured(self) -> bool:
        found = conf()
        return bool(found.andre_scrobbling and found.lastfm_api_key and found.lastfm_api_secret)

    def begin(self) -> Begun:
        """Raises AskLater."""
        try:
            token = str(call_method({"method": "auth.getToken"}).get("token") or "")
        except (NotTaken, TokenRefused) as error:
            raise AskLater(str(error)) from error
        allowed_at = urlencode({"api_key": conf().lastfm_api_key, "token": token})
        return Begun(token, f"{conf().lastfm_auth_url}?{allowed_at}")

    def find_owner(self, token: str) -> Owner:
        """Raises TokenRefused or AskLater."""
        try:
            answer = call_method({"method": "auth.getSession", "token": token})
        except NotTaken as error:
            raise TokenRefused from error
        session = answer.get("session")
        if not isinstance(session, dict) or not session.get("key"):
            raise AskLater("no session in its answer")
        return Owner(str(session.get("name") or ""), str(session["key"]))

    def submit(self, token: str, listen: Listen) -> None:
        """Raises TokenRefused, NotTaken or AskLater."""
        told = {
            "method": "track.scrobble",
            "sk": token,
            "artist": listen.artist,
            "track": listen.title,
            "album": listen.album,
            "duration": str(listen.duration_ms // 1_000),
            "timestamp": str(listen.heard_at_ms // 1_000),
        }
        answer = call_method({name: value for name, value in told.items() if value})
        counts = answer.get("scrobbles", {}).get("@attr", {})
        if str(counts.get("accepted", "1")) == "0":
            raise NotTaken("ignored")


def call_method(params: Mapping[str, str]) -> dict[str, Any]:
    """Raises TokenRefused, NotTaken or AskLater."""
    told = {**params, "api_key": conf().lastfm_api_key or ""}
    signed = {**told, "api_sig": sign(told), "format": "json"}
    try:
        with HttpClient() as client:
            body = client.request("POST", conf().lastfm_api_url, data=signed).json()
    except NoAnswer as error:
        raise AskLater(str(error)) from error
    except ValueError as error:
        raise AskLater("not JSON") from error
    except Declined as answer:
        raise reason_of_fault(answer.body, answer.status, answer.retry_after or 0) from answer
    if not isinstance(body, dict):
        raise AskLater("no answer to this")
    if "error" in body:  # It also says no with 200.
        raise reason_of_fault(body, HTTPStatus.OK, 0)
    return body


def reason_of_fault(body: object, status: int, wait_s: float) -> Exception:
    found = body if isinstance(body, dict) else {}
    code, reason = found.get("error"), f"{status}: {found.get('message', '')}"
    if code in REFUSED:
        return TokenRefused(reason)
    is_away = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if code in FOR_LATER or code is None or is_away:
        return AskLater(reason, wait_s)
    return NotTaken(reason)


def sign(params: Mapping[str, str]) -> str:
    """As it is documented: names and values in order of name, then the secret, by MD5."""
    secret = conf().lastfm_api_secret
    text = "".join(f"{name}{params[name]}" for name in sorted(params))
    whole = text + (secret.get_secret_value() if secret else "")
    return hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()
