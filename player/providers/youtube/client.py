"""The one way to YouTube: titles by oEmbed, and with a key the Data API."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from andre.conf import conf
from andre.errors import Refusal
from player.providers import guard
from player.providers.base import ProviderError
from player.providers.wire import Declined, NoAnswer, Wire
from player.providers.youtube.links import NAME

TITLE = "YouTube"
WATCH = "https://www.youtube.com/watch?v="
AGAIN_SECONDS = 5.0
OUT_OF_QUOTA = {"quotaExceeded", "dailyLimitExceeded"}

Json = dict[str, Any]


def oembed(name: str) -> Json:
    """Title and author of a video that may be embedded. Raises Refusal, or ProviderError."""
    with guarded():
        params = {"url": WATCH + name, "format": "json"}
        return answer(conf().youtube_oembed_url, params)


def data(resource: str, params: dict[str, str]) -> Json:
    key = conf().youtube_api_key
    with guarded():
        secret = {"key": key.get_secret_value()} if key else {}
        return answer(f"{conf().youtube_api_url}/{resource}", params | secret)


def answer(url: str, params: dict[str, str]) -> Json:
    with Wire() as wire:
        found: Json = wire.get(url, params=params).json()
    return found


@contextmanager
def guarded() -> Iterator[None]:
    guard.require_welcome(NAME, TITLE)
    try:
        yield
    except NoAnswer as error:
        guard.note_failure(NAME)
        raise failed() from error
    except Declined as declined:
        raise refusal_of(declined) from declined


def refusal_of(declined: Declined) -> Refusal:
    if reasons_of(declined) & OUT_OF_QUOTA:
        return guard.limited(TITLE, guard.limit_for_quota(NAME))
    match declined.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return guard.limited(TITLE, guard.limit(NAME, declined.retry_after))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Refusal("track_unplayable", f"{TITLE} does not let other pages play this.")
        case HTTPStatus.NOT_FOUND | HTTPStatus.BAD_REQUEST:
            return Refusal("track_not_found", f"{TITLE} does not have this video.")
        case _:
            guard.note_failure(NAME)
            return failed()


def reasons_of(declined: Declined) -> set[str]:
    error = declined.body.get("error") if isinstance(declined.body, dict) else None
    errors = error.get("errors") if isinstance(error, dict) else None
    return {str(each.get("reason")) for each in errors or [] if isinstance(each, dict)}


def failed() -> ProviderError:
    return ProviderError(f"{TITLE} did not answer.", AGAIN_SECONDS)
