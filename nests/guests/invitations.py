"""Invitations: one link per nest, which whoever looks after the nest renews or closes.

Its token stands behind the # of the link, so that it is in no request that a browser makes by
itself. Of the token only a hash is looked for; the text is kept encrypted, to be shown again.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Annotated

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from andre.accounts.encryption import DecryptionFailed, decrypt, encrypt
from andre.audit import trail
from andre.audit.models import Action
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import consume, require_left
from nests.models import Invitation
from nests.registry import store
from nests.registry.records import Nest

TOKEN_BYTES = 24  # 192 random bits
HOURS = 12  # Where it is for guests alone, and not at home.
LONGEST_HOURS = 720
MOST_GUESTS = 50  # with a pass at the same time
LARGEST_MOST_GUESTS = 500

ENDED = "This invitation has ended. Ask somebody in the nest for the one it has now."


class Terms(BaseModel):
    """How long an invitation is good, and for how many guests at the same time.

    Without `hours` it is good for 12 of them; at home, and where it is the only way in, without
    end.
    """

    model_config = ConfigDict(extra="forbid")

    hours: Annotated[int, Field(ge=1, le=LONGEST_HOURS)] | None = None
    most_guests: Annotated[int, Field(ge=1, le=LARGEST_MOST_GUESTS)] = MOST_GUESTS


def require_guests(nest: Nest) -> None:
    """Raises Refusal where this server, or this nest, has no guests."""
    if not conf().andre_guests:
        raise Refusal("feature_not_allowed", "On this server guests are switched off.")
    if not nest.setting("guests"):
        raise Refusal("feature_not_allowed", "In this nest guests are switched off.")


def require_invited(nest: Nest) -> None:
    """Raises Refusal for a nest that nobody can be invited to: no guests, and not for the invited.

    To one that is for the invited, people with an account are invited, too.
    """
    if not nest.is_invite_only:
        require_guests(nest)


def read(nest: Nest) -> Invitation:
    """The nest's invitation, made if it never had one. Raises Refusal, as `require_invited`."""
    require_invited(nest)
    return Invitation.objects.filter(nest_id=nest.nest_id).first() or renew_invitation(
        nest, Terms()
    )


def read_token(nest: Nest) -> str | None:
    """The token of the nest's invitation; None if it is closed. Raises Refusal, as `read`."""
    return token_of(nest, read(nest))


def token_of(nest: Nest, invitation: Invitation) -> str | None:
    """None where it has ended. Raises Refusal, as `read`."""
    if has_ended(invitation):
        return None
    try:
        return decrypt(invitation.sealed_token, nest.nest_id)
    except DecryptionFailed:
        # The server has another secret since: nobody could be shown it.
        return token_of(nest, renew_invitation(nest, Terms(most_guests=invitation.most_guests)))


def renew_invitation(
    nest: Nest, terms: Terms, by: str | None = None, reason: str = ""
) -> Invitation:
    """A new token; the one before ends at once. Raises Refusal, as `read`.

    `by` is the address of who asked for it; without one nobody did, and the audit has no entry.
    `reason` is an operator's.
    """
    require_invited(nest)
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    fresh = {
        "token_hash": hash_of(token),
        "sealed_token": encrypt(token, nest.nest_id),
        "created_at": now,
        "ends_at": end_of(nest, terms, now),
        "most_guests": terms.most_guests,
    }
    with transaction.atomic():
        invitation, _ = Invitation.objects.update_or_create(nest_id=nest.nest_id, defaults=fresh)
        if by is not None:
            trail.record_event(
                Action.INVITATION_ROTATED,
                actor=by,
                nest_id=nest.nest_id,
                reason=reason,
                credential="admin" if reason else "",
            )
    return invitation


def renew_alike(nest: Nest, by: str, reason: str = "") -> Invitation | None:
    """A new token on the terms of the one before, which ends at once; None where that has ended.

    Raises Refusal, as `read`.
    """
    before = read(nest)
    if has_ended(before):
        return None
    hours = None if before.ends_at is None else hours_between(before.created_at, before.ends_at)
    return renew_invitation(nest, Terms(hours=hours, most_guests=before.most_guests), by, reason)


def hours_between(begin: datetime, end: datetime) -> int:
    whole = round((end - begin) / timedelta(hours=1))
    return min(LONGEST_HOURS, max(1, whole))


def end_of(nest: Nest, terms: Terms, now: datetime) -> datetime | None:
    if terms.hours is None and (conf().is_home or nest.is_invite_only):
        return None
    return now + timedelta(hours=terms.hours or HOURS)


def close(nest_id: str, by: str) -> None:
    """Nobody else comes in, until it is renewed; who is in stays."""
    with transaction.atomic():
        Invitation.objects.filter(nest_id=nest_id).update(ends_at=timezone.now())
        trail.record_event(Action.INVITATION_CLOSED, actor=by, nest_id=nest_id)


def ask_first(nest: Nest, *, wanted: bool) -> Invitation:
    """Whether new guests wait until somebody lets them in. Raises Refusal, as `read`."""
    invitation = read(nest)
    invitation.asks_first = wanted
    invitation.save(update_fields=["asks_first"])
    return invitation


def forget(nest_id: str) -> None:
    """For a nest that is over, or has no guests any more."""
    Invitation.objects.filter(nest_id=nest_id).delete()


def find_invitation(token: str, address: str) -> tuple[Nest, Invitation]:
    """The invitation of this token, and its nest. Raises Refusal `invite_required`, `rate_limited`.

    `address` is where the request comes from. Only failures are counted: a whole household has
    one address.
    """
    require_left("unknown_links", address)
    found = Invitation.objects.filter(token_hash=hash_of(token)).first()
    nest = None if found is None or has_ended(found) else nest_of_invited(found.nest_id)
    if found is None or nest is None:
        consume("unknown_links", address)
        raise Refusal("invite_required", ENDED)
    return nest, found


def nest_of_invited(nest_id: str) -> Nest | None:
    """None for one that is gone, or that nobody can be invited to."""
    try:
        nest = store.get_nest(nest_id)
        require_invited(nest)
    except Refusal:
        return None
    return nest


def nest_with_guests(nest_id: str) -> Nest | None:
    """None for one that is gone, or has no guests."""
    nest = nest_of_invited(nest_id)
    return nest if nest and nest.setting("guests") else None


def keep_open(nest: Nest) -> None:
    """Where it becomes the only way in, the invitation has no end. Raises Refusal, as `read`."""
    invitation = read(nest)
    if has_ended(invitation):
        renew_invitation(nest, Terms(most_guests=invitation.most_guests))
    elif invitation.ends_at is not None:
        Invitation.objects.filter(pk=invitation.pk).update(ends_at=None)


def has_ended(invitation: Invitation) -> bool:
    return invitation.ends_at is not None and invitation.ends_at <= timezone.now()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
