"""What a music server's failures are to whoever asked, and what the log is told of them.

No address, user, password or key is in any of these sentences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy

import structlog

from andre.core.errors import Refusal
from player.providers import circuit_breaker
from player.providers.base import ProviderError
from player.providers.http import Declined, HttpClient, NoAnswer

AGAIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


@cache
def client_of(base: str) -> HttpClient:
    """One for all threads: it keeps connections, and nothing else that one could get wrong."""
    made = HttpClient(hidden=base)
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


@dataclass(frozen=True)
class Asked:
    """A kind of server, what people call it, and what it is asked with."""

    name: str
    title: str
    sign_in: str


@contextmanager
def translate_faults(server: Asked) -> Iterator[None]:
    """Raises ProviderError."""
    circuit_breaker.ensure_available(server.name, server.title)
    try:
        yield
    except NoAnswer as error:
        log.warning("music_server_no_answer", provider=server.name, reason=str(error))
        circuit_breaker.note_failure(server.name)
        raise outage_error(server.title) from error
    except Declined as declined:
        raise error_for_status(declined, server) from declined


def error_for_status(declined: Declined, server: Asked) -> ProviderError:
    match declined.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return circuit_breaker.wait_error(
                server.title, circuit_breaker.limit(server.name, declined.retry_after)
            )
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return credentials_error(declined.status, server)
        case _:
            log.warning("music_server_refused", provider=server.name, code=declined.status)
            circuit_breaker.note_failure(server.name)
            return outage_error(server.title)


def credentials_error(code: int, server: Asked) -> ProviderError:
    log.error("provider_credentials_refused", provider=server.name, reason=str(code))
    return ProviderError(
        f"{server.title} does not accept the {server.sign_in} that it is asked with."
    )


def outage_error(title: str) -> ProviderError:
    return ProviderError(f"{title} did not answer.", AGAIN_SECONDS)


def no_such_thing(title: str) -> Refusal:
    return Refusal("track_not_found", f"{title} does not have this.")
