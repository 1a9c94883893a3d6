"""The one way to YouTube: titles by oEmbed, and with a key the Data API."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from andre.core.conf import conf
from andre.core.errors import Refusal
from player.providers import circuit_breaker
from player.providers.base import ProviderError
from player.providers.http import Declined, HttpClient, NoAnswer
from player.providers.youtube.links import NAME

TITLE = "YouTube"
WATCH = "https://www.youtube.com/watch?v="
AGAIN_SECONDS = 5.0
OUT_OF_QUOTA = {"quotaExceeded", "dailyLimitExceeded"}

Json = dict[str, Any]


def fetch_oembed(name: str) -> Json:
    """Title and author of a video that may be embedded. Raises Refusal, or ProviderError."""
    with translate_errors():
        params = {"url": WATCH + name, "format": "json"}
        return fetch_json(conf().youtube_oembed_url, params)


def fetch_data(resource: str, params: dict[str, str]) -> Json:
    key = conf().youtube_api_key
    with translate_errors():
        secret = {"key": key.get_secret_value()} if key else {}
        return fetch_json(f"{conf().youtube_api_url}/{resource}", params | secret)


def fetch_json(url: str, params: dict[str, str]) -> Json:
    with HttpClient() as wire:
        found: Json = wire.get(url, params=params).json()
    return found


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raises ProviderError."""
    circuit_breaker.ensure_available(NAME, TITLE)
    try:
        yield
    except NoAnswer as error:
        circuit_breaker.note_failure(NAME)
        raise no_answer_error() from error
    except Declined as declined:
        raise refusal_for_answer(declined) from declined


def refusal_for_answer(declined: Declined) -> Refusal:
    if reasons_of(declined) & OUT_OF_QUOTA:
        return circuit_breaker.wait_error(TITLE, circuit_breaker.limit_for_quota(NAME))
    match declined.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return circuit_breaker.wait_error(
                TITLE, circuit_breaker.limit(NAME, declined.retry_after)
            )
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Refusal("track_unplayable", f"{TITLE} does not let other pages play this.")
        case HTTPStatus.NOT_FOUND | HTTPStatus.BAD_REQUEST:
            return Refusal("track_not_found", f"{TITLE} does not have this video.")
        case _:
            circuit_breaker.note_failure(NAME)
            return no_answer_error()


def reasons_of(declined: Declined) -> set[str]:
    error = declined.body.get("error") if isinstance(declined.body, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    return {str(each.get("reason")) for each in errors or [] if isinstance(each, dict)}


def no_answer_error() -> ProviderError:
    return ProviderError(f"{TITLE} did not answer.", AGAIN_SECONDS)
