"""The one way to Spotify: everything Andre may ask it, and how it says no.

Only this module imports spotipy, which builds the requests; sending them is our own session's.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Literal

import structlog
from spotipy import Spotify

from andre.core.conf import conf
from andre.core.errors import Refusal
from player.providers import circuit_breaker
from player.providers.base import OutcomeUnknown, ProviderError
from player.providers.http import Declined, HttpClient, NoAnswer
from player.providers.linked import (
    AccessRefused,
    AccountError,
    ConsentEnded,
    DeviceGone,
    NotListed,
    PremiumNeeded,
    Restricted,
)
from player.providers.spotify.links import NAME

TITLE = "Spotify"
PAGE: Final = 10  # The most a search or an artist's albums give to an app in development mode.
AGAIN_SECONDS = 5.0

Read = Literal[
    "search",
    "track",
    "album",
    "album_tracks",
    "artist",
    "artist_albums",
    "playlist_items",
    "current_user_playlists",
    "me",
    "current_playback",
    "devices",
]
Write = Literal["start_playback", "seek_track", "pause_playback"]

# Below WARNING it prints the headers of its requests, and the token is one of them.
logging.getLogger("spotipy").setLevel(logging.WARNING)

log = structlog.get_logger(__name__)
_threads = threading.local()


def ask(call: Read, token: str, *args: Any, **params: Any) -> Any:  # noqa: ANN401
    """What Spotify answers, as its API describes it; None for an empty answer.

    Raises Refusal: `track_not_found`, a trouble of the listener's, or ProviderError.
    """
    with translate_errors(unsure=False):
        return require_allowed(call, token)(*args, **params)


def tell(call: Write, token: str, *args: Any, **params: Any) -> None:
    """As `ask`, for what changes something. Raises Unsure where it may have been done or not."""
    with translate_errors(unsure=True):
        require_allowed(call, token)(*args, **params)


def require_allowed(call: Read | Write, token: str) -> Callable[..., Any]:
    client = own_client()
    client.set_auth(token)
    found: Callable[..., Any] = getattr(client, call)
    return found


def own_client() -> Spotify:
    """One for each thread: it holds the token of the call under way."""
    base = conf().spotify_api_url + "/"
    client: Spotify | None = getattr(_threads, "client", None)
    if client is None or client.prefix != base:
        client = _threads.client = Spotify(
            requests_session=HttpClient(), retries=0, status_retries=0
        )
        client.prefix = base
    return client


def token_from(form: dict[str, str], basic: tuple[str, str] | None = None) -> dict[str, Any]:
    """What the accounts service gives for a grant. Raises ConsentEnded, or ProviderError, which
    stands for NoAnswer, too.
    """
    url = f"{conf().spotify_accounts_url}/api/token"
    post = partial(HttpClient().post, url, data=form, auth=basic)
    with translate_errors(unsure=False):
        try:
            answer = post().json()
        except Declined as declined:
            raise grant_error(declined) from declined
        except ValueError as error:
            raise NoAnswer("not JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise NoAnswer("no token in it")
        return answer


def grant_error(declined: Declined) -> Exception:
    if declined.reason in {"invalid_grant", "access_denied"}:
        return ConsentEnded(TITLE)
    if declined.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
        log.error("provider_credentials_refused", provider=NAME, reason=declined.reason)
        return ProviderError(f"{TITLE} does not accept this server's credentials.")
    return declined


@contextmanager
def translate_errors(*, unsure: bool) -> Iterator[None]:
    """Raises ProviderError."""
    circuit_breaker.ensure_available(NAME, TITLE)
    try:
        yield
    except NoAnswer as error:
        circuit_breaker.note_failure(NAME)
        raise no_answer_error(unsure=unsure) from error
    except Declined as declined:
        raise refusal_of(declined, unsure=unsure) from declined


def refusal_of(declined: Declined, *, unsure: bool) -> Refusal:
    if "QUOTA_EXCEEDED" in (declined.reason, declined.message):
        return circuit_breaker.wait_error(TITLE, circuit_breaker.limit_for_quota(NAME))
    match declined.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return circuit_breaker.wait_error(
                TITLE, circuit_breaker.limit(NAME, declined.retry_after)
            )
        case HTTPStatus.UNAUTHORIZED:
            return AccessRefused(TITLE)
        case HTTPStatus.FORBIDDEN:
            return forbidden(declined, of_player=unsure)
        case HTTPStatus.NOT_FOUND if "device" in f"{declined.reason} {declined.message}".lower():
            return DeviceGone(TITLE)
        case HTTPStatus.NOT_FOUND | HTTPStatus.BAD_REQUEST:
            return Refusal("track_not_found", f"{TITLE} does not have this.")
        case _:
            circuit_breaker.note_failure(NAME)
            return no_answer_error(unsure=unsure)


def forbidden(declined: Declined, *, of_player: bool) -> Refusal:
    match declined.reason:
        case "PREMIUM_REQUIRED":
            return PremiumNeeded(TITLE)
        case "NO_ACTIVE_DEVICE":
            return DeviceGone(TITLE)
        case _ if "premium" in declined.message.lower():
            return PremiumNeeded(TITLE)
        case _ if "registered" in declined.message.lower():
            return NotListed(TITLE)
        case _ if of_player:
            return Restricted(TITLE)
        case _:
            return AccountError("account_refused", "refused", f"{TITLE} does not allow this.")


def no_answer_error(*, unsure: bool) -> ProviderError:
    kind = OutcomeUnknown if unsure else ProviderError
    return kind(f"{TITLE} did not answer.", AGAIN_SECONDS)
