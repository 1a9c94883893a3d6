"""The one way to a Jellyfin server: asked with an API key, which goes in a header, never in an
address.

Neither its address nor the key is in a sentence, a log line or an answer of ours.
"""

from http import HTTPStatus
from typing import Any

import structlog
from requests import Response

from andre.core.conf import conf
from player.providers import cache
from player.providers.base import ProviderError
from player.providers.http import Declined, HttpClient, NoAnswer, parse_json, read_body
from player.providers.music_servers import faults

NAME = "jellyfin"
TITLE = "The Jellyfin server"
ASKED = faults.Asked(NAME, TITLE, "API key")
OPEN = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)

Json = dict[str, Any]

log = structlog.get_logger(__name__)


def fetch_json(path: str, **params: str | int) -> Json:
    """The body of its answer. Raises ProviderError."""
    with faults.translate_faults(ASKED):
        try:
            answer = connection().get(url_of(path), params=params, headers=sign_in_headers())
        except Declined as declined:
            if declined.status == HTTPStatus.NOT_FOUND:
                cache.forget(NAME, user_question())  # It may be a user who has been made anew.
            raise
        found: Json = answer.json()
        return found


def open_file(path: str, byte_range: str = "", **params: str | int) -> Response | None:
    """A file, or the part of it that was asked for, not read yet: with a status of 200, 206 or 416;
    None where there is none. Raises ProviderError.
    """
    headers = {"Accept-Encoding": "identity"} | ({"Range": byte_range} if byte_range else {})
    with faults.translate_faults(ASKED):
        return open_answer(path, params, headers)


def open_answer(path: str, params: Json, headers: dict[str, str]) -> Response | None:
    """Raises NoAnswer or Declined."""
    signed = headers | sign_in_headers()
    answer = connection().open("GET", url_of(path), params=params, headers=signed)
    if answer.status_code in OPEN:
        return answer
    body = read_body(answer)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return None
    raise Declined(answer.status_code, parse_json(body), answer.headers)


def mark_played(item: str, when: str) -> None:
    """`when` as of ISO 8601, in UTC. Raises Refusal `track_not_found`, or ProviderError."""
    params = {"userId": user_id(), "datePlayed": when}
    with faults.translate_faults(ASKED):
        try:
            url = url_of(f"/UserPlayedItems/{item}")
            connection().post(url, params=params, headers=sign_in_headers())
        except Declined as declined:
            if declined.status != HTTPStatus.NOT_FOUND:
                raise
            raise faults.no_such_thing(TITLE) from declined


def user_id() -> str:
    """Of the user whose name we were told. Raises ProviderError where nobody is called so."""
    kept = cache.recall(NAME, user_question())
    if kept is not None:
        return str(kept)
    wanted = str(conf().jellyfin_user).casefold()
    found = [str(user.get("Id")) for user in users() if str(user.get("Name")).casefold() == wanted]
    if not found:
        log.error("provider_credentials_refused", provider=NAME, reason="no such user")
        raise ProviderError(f"{TITLE} does not know the user that it is asked for.")
    cache.remember(NAME, user_question(), cache.LOOKUP_SECONDS, found[0])
    return found[0]


def user_question() -> str:
    return f"user {conf().jellyfin_user} {conf().jellyfin_url}"


def users() -> list[Json]:
    """Raises ProviderError."""
    with faults.translate_faults(ASKED):
        answer = open_answer("/Users", {}, {})
        found = None if answer is None else parse_json(read_body(answer))
        return require_list(found)


def require_list(found: object) -> list[Json]:
    """Raises NoAnswer: something else answers at this address."""
    if not isinstance(found, list):
        raise NoAnswer("not a list")
    return [each for each in found if isinstance(each, dict)]


def sign_in_headers() -> dict[str, str]:
    secret = conf().jellyfin_api_key
    key = secret.get_secret_value() if secret else ""
    who = 'Client="Andre", Device="Andre", DeviceId="andre", Version="1"'
    return {"Authorization": f'MediaBrowser Token="{key}", {who}'}


def url_of(path: str) -> str:
    return f"{conf().jellyfin_url}{path}"


def connection() -> HttpClient:
    return faults.client_of(str(conf().jellyfin_url))
