"""API keys: made once, shown once, recognised by their hash."""

import hashlib
import re
import secrets
from datetime import timedelta
from hmac import compare_digest
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from andre.accounts.models import PREFIX_LENGTH, ApiKey, Person
from andre.accounts.roles import RANK
from andre.audit import trail
from andre.audit.models import DONE, Action
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.person_ids import person_id

SECRET_BYTES = 32
SAID_ONCE_IN = timedelta(minutes=1)
POSSIBLE = re.compile(r"[!-~]{8,200}")  # Nothing else is worth a question to the database.

log = structlog.get_logger(__name__)


def issue(owner: Person, role: str, **details: Any) -> tuple[ApiKey, str]:
    """A new key and its secret, which nothing can tell again. Raises Refusal."""
    if role not in RANK:
        raise Refusal("validation_error", f"There is no role {role}; there are {', '.join(RANK)}.")
    secret = f"andre_{secrets.token_urlsafe(SECRET_BYTES)}"
    with transaction.atomic():
        key = ApiKey.objects.create(**stored_fields(secret), owner=owner, role=role, **details)
        record_about(key, Action.KEY_MADE)
    log.info("key_made", key=key.hash[:8], owner=log_name(owner.email), role=role)
    return key, secret


def disable(key: ApiKey, by: str = "", reason: str = "") -> None:
    """Whoever is connected with it is told. `by` is the address of who did it."""
    with transaction.atomic():
        key.enabled = False
        key.save()
        record_about(key, Action.KEY_DISABLED, actor=by, reason=reason)


def record_about(key: ApiKey, action: Action, outcome: str = DONE, **columns: Any) -> None:
    """In the audit a key is the beginning of its hash; the rest of it is in no entry."""
    of_key = {"role": str(key.role), "owner": person_id(key.owner.email)}
    columns["details"] = columns.get("details", {}) | of_key
    trail.record_event(action, outcome=outcome, subject=key.hash[:8], **columns)


def stored_fields(secret: str) -> dict[str, str]:
    return {"prefix": secret[:PREFIX_LENGTH], "hash": hash_of(secret)}


def hash_of(secret: str) -> str:
    """SHA-256 in hex. A slow hash would protect guessable secrets, and ours are not."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str) -> ApiKey | None:
    """The key with this secret, good or not."""
    if not POSSIBLE.fullmatch(secret):
        return None
    digest = hash_of(secret)
    alike = ApiKey.objects.select_related("owner").filter(prefix=secret[:PREFIX_LENGTH])
    return next((key for key in alike if compare_digest(key.hash, digest)), None)


def with_id(key_id: str) -> ApiKey | None:
    return ApiKey.objects.select_related("owner").filter(pk=key_id).first()


def note_use(key: ApiKey, endpoint: str) -> None:
    """Written, logged and audited at most once a minute, whichever process sees it first."""
    now = timezone.now()
    if key.last_used_at is not None and now - key.last_used_at < SAID_ONCE_IN:
        return
    not_lately = Q(last_used_at=None) | Q(last_used_at__lte=now - SAID_ONCE_IN)
    with transaction.atomic():
        if not ApiKey.objects.filter(not_lately, pk=key.pk).update(last_used_at=now):
            return
        details = {"required_role": "", "endpoint": endpoint}
        record_about(key, Action.AUTH_SUCCESS, actor=key.owner.email, details=details)
    log.info("auth_success", key=key.hash[:8], owner=log_name(key.owner.email), role=key.role)
