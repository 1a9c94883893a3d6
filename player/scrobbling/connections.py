"""Whose songs are told to which service: connected by a token, which is kept encrypted."""

from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from andre.accounts import encryption
from andre.accounts.models import Person
from andre.core.errors import Refusal
from andre.core.text import clean_text
from player.linked_accounts import accounts
from player.models import ConnectedAccount, Scrobble
from player.providers.base import ProviderError
from player.scrobbling.services import configured_services, find_service
from player.scrobbling.services.base import AskLater, Begun, ScrobbleService, TokenRefused

AGAIN_SECONDS = 30.0
LONGEST_ACCOUNT = 200

log = structlog.get_logger(__name__)


def connect_service(email: str, name: str, token: str) -> None:
    """Ask the service whose token it is, and keep it. What was connected before is replaced.

    Raises Refusal `not_found` or `validation_error`, or ProviderError.
    """
    service = find_service(name)
    try:
        owner = service.find_owner(token)
    except TokenRefused as error:
        raise Refusal("validation_error", sentence_of(service)) from error
    except AskLater as error:
        raise ProviderError(f"{service.title} did not answer.", AGAIN_SECONDS) from error
    person = Person.objects.get(email=email)
    known_as = clean_text(owner.name, LONGEST_ACCOUNT)
    bound_to = accounts.owner_of(person.pk, name, known_as)
    ConnectedAccount.objects.update_or_create(
        person=person,
        provider=name,
        defaults={
            "account": known_as,
            "name": known_as,
            "tokens": encryption.encrypt(owner.secret, bound_to),
            "consented_at": timezone.now(),
        },
    )
    log.info("account_connected", provider=name)


def begin_connecting(name: str) -> Begun:
    """A token for the listener to allow. Raises Refusal `not_found`, or ProviderError."""
    service = find_service(name)
    try:
        begun = service.begin()
    except AskLater as error:
        raise ProviderError(f"{service.title} did not answer.", AGAIN_SECONDS) from error
    if begun is None:
        raise Refusal("not_found", f"{service.title} takes a token of yours.")
    return begun


def sentence_of(service: ScrobbleService) -> str:
    if service.token_url:
        return f"{service.title} does not know this token. Copy all of it, and try again."
    return f"You have not allowed it at {service.title} yet, or too long ago. Please begin again."


def disconnect_service(email: str, name: str) -> None:
    """What still waits is not told any more. Raises Refusal `not_found`."""
    accounts.disconnect(email, find_service(name).name)
    Scrobble.objects.filter(person__email=email, service=name, state=Scrobble.WAITING).delete()


def list_services(email: str) -> list[dict[str, Any]]:
    rows = {row.provider: row for row in connections_of(email)}
    waiting = Scrobble.objects.filter(person__email=email, state=Scrobble.WAITING)
    return [
        service_row(service, rows.get(service.name), waiting.filter(service=service.name).count())
        for service in configured_services()
    ]


def service_row(
    service: ScrobbleService, row: ConnectedAccount | None, waiting: int
) -> dict[str, Any]:
    return {
        "service": service.name,
        "title": service.title,
        "state": "none" if row is None else "connected" if row.tokens else "ended",
        "name": row.name if row else "",
        "waiting": waiting,
        "token_url": service.token_url,
    }


def connections_of(email: str) -> QuerySet[ConnectedAccount]:
    """Of services that are offered here today."""
    offered = [service.name for service in configured_services()]
    return accounts.accounts_of(email).filter(provider__in=offered)


def read_token(row: ConnectedAccount) -> str | None:
    """None where it cannot be used any more; what cannot be decrypted is forgotten."""
    if not row.tokens:
        return None
    try:
        bound_to = accounts.owner_of(row.person_id, row.provider, row.account)
        return encryption.decrypt(row.tokens, bound_to)
    except encryption.DecryptionFailed:
        log.error("account_tokens_unreadable", provider=row.provider)
        accounts.forget_tokens(row)
        return None
