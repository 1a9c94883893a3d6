"""Writing the audit, in the transaction of what it records; and the two ways in which it is left.

Whoever records a refusal does so where nothing is rolled back any more: the pipeline after its
handler, a view's permission before the view.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import QuerySet

from andre.audit.models import DONE, LONGEST_REASON, Action, AuditEvent
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.person_ids import person_id
from andre.core.rate_limits import consume

log = structlog.get_logger(__name__)


def record_event(
    action: Action, *, reason: str = "", outcome: str = DONE, **columns: Any
) -> AuditEvent:
    """One entry. `columns` are those of AuditEvent; `details` never has a secret or an address."""
    return AuditEvent.objects.create(
        action=action, reason=reason[:LONGEST_REASON], outcome=outcome, **columns
    )


def record_refusal(action: Action, who: str, outcome: str, **columns: Any) -> None:
    """One entry, and at most so many a minute of one caller: the log has all of them."""
    try:
        consume("audited_refusals", f"{action} {who}")
    except Refusal:
        return
    record_event(action, outcome=outcome, **columns)


def forget_old(now: datetime) -> int:
    """Entries older than ANDRE_AUDIT_DAYS; how many. 0 keeps them for ever."""
    days = conf().andre_audit_days
    if not days:
        return 0
    count, _ = every_row().filter(at__lt=now - timedelta(days=days)).delete()
    return count


def rename_person(email: str, left: str) -> None:
    """Of somebody who is erased the entries stay, under a name that is nobody's."""
    every_row().filter(actor=email).update(actor=left)
    every_row().filter(subject__in=(email, person_id(email))).update(subject=left)


def every_row() -> "QuerySet[AuditEvent]":
    """Without the model's own refusals; for this module alone."""
    return QuerySet(AuditEvent)
