"""Accounts that people connected: consent, tokens, and their end."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from andre.accounts import encryption
from andre.accounts.models import Person
from andre.core import clock
from andre.core.errors import Refusal
from andre.core.keys import provider_lock
from andre.core.redis import hold_lock
from andre.core.text import clean_text
from player import providers
from player.models import LONGEST_TEXT, ConnectedAccount
from player.providers.base import ProviderError
from player.providers.linked import Consent, ConsentEnded, LinkedProvider, Tokens

CONSENT_LASTS = timedelta(days=182)  # Six months, after which a refresh token is refused.
WARN_AFTER = timedelta(days=152)
SPARE_MS = 60_000  # Tokens are renewed this long before their end.
LOCK_SECONDS = 15
WAIT_SECONDS = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Key:
    """An account's access token, with whose account it is."""

    provider: LinkedProvider
    account: str
    access: str
    expires_at_ms: int


def connect(email: str, provider: LinkedProvider, consent: Consent) -> None:
    """What was connected before is replaced."""
    person = Person.objects.get(email=email)
    owner = owner_of(person.pk, provider.name, consent.account)
    ConnectedAccount.objects.update_or_create(
        person=person,
        provider=provider.name,
        defaults={
            "account": consent.account,
            "name": clean_text(consent.name, LONGEST_TEXT),
            "tokens": encrypt_tokens(consent.tokens, owner),
            "consented_at": timezone.now(),
        },
    )
    log.info("account_connected", provider=provider.name)


def disconnect(email: str, provider: str) -> None:
    """Everything we have of it goes at once."""
    accounts_of(email).filter(provider=provider).delete()
    log.info("account_disconnected", provider=provider)


def list_accounts(email: str, now: datetime) -> list[dict[str, Any]]:
    """Of every service whose accounts can be connected here, how it stands."""
    rows = {row.provider: row for row in accounts_of(email)}
    offered = [
        each for each in providers.configured_providers() if isinstance(each, LinkedProvider)
    ]
    return [account_row(provider, rows.get(provider.name), now) for provider in offered]


def account_row(
    provider: LinkedProvider, row: ConnectedAccount | None, now: datetime
) -> dict[str, Any]:
    state = state_of(row, now)
    return {
        "provider": provider.name,
        "title": provider.title,
        "state": state,
        "name": row.name if row else "",
        "warning": warning_of(provider.title, state, row),
        "consented_at": row.consented_at.isoformat() if row else None,
        "ends_at": (row.consented_at + CONSENT_LASTS).isoformat() if row else None,
        "connect_url": f"/accounts/{provider.name}/connect",
    }


def state_of(row: ConnectedAccount | None, now: datetime) -> str:
    if row is None:
        return "none"
    if not row.tokens or now >= row.consented_at + CONSENT_LASTS:
        return "ended"
    return "ending" if now >= row.consented_at + WARN_AFTER else "connected"


def warning_of(title: str, state: str, row: ConnectedAccount | None) -> str:
    if state == "ended":
        return str(ConsentEnded(title))
    if state == "ending" and row is not None:
        end = row.consented_at + CONSENT_LASTS
        return f"Your consent ends on {end:%d %B}; connect {title} again before then."
    return ""


def access_key_of(email: str, provider: LinkedProvider) -> Key:
    """A key that is good for a minute at least.

    Raises Refusal `account_needed`, ConsentEnded or ProviderError.
    """
    row = accounts_of(email).filter(provider=provider.name).first()
    if row is None:
        sentence = f"Please connect your {provider.title} account first."
        raise Refusal("account_needed", sentence, why="not_connected")
    if state_of(row, timezone.now()) == "ended":
        forget_tokens(row)
        raise ConsentEnded(provider.title)
    tokens = tokens_of(row, provider)
    if tokens.expires_at_ms - SPARE_MS < clock.now_ms():
        tokens = renew(row, provider)
    return Key(provider, row.account, tokens.access, tokens.expires_at_ms)


def fresh_key_of(email: str, stale: Key) -> Key:
    """After an access token was refused before its time. Raises ConsentEnded."""
    row = accounts_of(email).filter(provider=stale.provider.name).first()
    if row is None:
        raise ConsentEnded(stale.provider.title)
    tokens = tokens_of(row, stale.provider)
    if tokens.access == stale.access:
        tokens = renew(row, stale.provider, unlike=stale.access)
    return Key(stale.provider, row.account, tokens.access, tokens.expires_at_ms)


def renew(row: ConnectedAccount, provider: LinkedProvider, unlike: str = "") -> Tokens:
    """Renewed once, however many ask: some providers honour a refresh token a single time.

    Raises ProviderError or ConsentEnded.
    """
    lock = provider_lock(provider.name, str(row.pk))
    with hold_lock(lock, LOCK_SECONDS, WAIT_SECONDS) as is_ours:
        if not is_ours:
            raise ProviderError(f"{provider.title} did not answer.", 1)
        try:
            return renew_locked(row.pk, provider, unlike)
        except ConnectedAccount.DoesNotExist as error:
            raise ConsentEnded(provider.title) from error
        except ConsentEnded:
            forget_tokens(row)
            raise


def renew_locked(pk: int, provider: LinkedProvider, unlike: str) -> Tokens:
    """Who was here before may have renewed them already."""
    row = ConnectedAccount.objects.get(pk=pk)
    tokens = tokens_of(row, provider)
    if tokens.expires_at_ms - SPARE_MS > clock.now_ms() and tokens.access != unlike:
        return tokens
    tokens = provider.renew(tokens)
    save_tokens(row, tokens)
    return tokens


def save_tokens(row: ConnectedAccount, tokens: Tokens) -> None:
    """Where it still is: what was disconnected meanwhile does not come back."""
    text = encrypt_tokens(tokens, owner_of(row.person_id, row.provider, row.account))
    ConnectedAccount.objects.filter(pk=row.pk, account=row.account).update(tokens=text)


def encrypt_tokens(tokens: Tokens, owner: str) -> str:
    return encryption.encrypt(json.dumps(asdict(tokens)), owner)


def tokens_of(row: ConnectedAccount, provider: LinkedProvider) -> Tokens:
    """Raises ConsentEnded."""
    if not row.tokens:
        raise ConsentEnded(provider.title)
    try:
        owner = owner_of(row.person_id, row.provider, row.account)
        return Tokens(**json.loads(encryption.decrypt(row.tokens, owner)))
    except encryption.DecryptionFailed as error:
        log.error("account_tokens_unreadable", provider=row.provider)
        forget_tokens(row)
        raise ConsentEnded(provider.title) from error


def forget_tokens(row: ConnectedAccount) -> None:
    ConnectedAccount.objects.filter(pk=row.pk).update(tokens="")


def owner_of(person: int, provider: str, account: str) -> str:
    return f"{person} {provider} {account}"


def accounts_of(email: str) -> QuerySet[ConnectedAccount]:
    return ConnectedAccount.objects.filter(person__email=email)
