"""Subscriptions: each is fetched from Stripe whenever something is said of it, and then kept.

What an event says may be old by the time it comes; what Stripe answers is not. One at a time is
fetched and kept, so that a later answer never makes way for an earlier one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from andre.audit import trail
from andre.audit.models import Action
from andre.billing import gateway
from andre.billing.catalogue import find_offer
from andre.billing.endings import tell_end
from andre.billing.gateway import NotThere, Seen
from andre.billing.models import Customer, Subscription
from andre.core.errors import Refusal
from andre.core.keys import billing_lock, log_name
from andre.core.person_ids import person_id
from andre.core.redis import hold_lock
from andre.plans import plans
from andre.plans.models import Plan

LOCKED_SECONDS, WAITING_SECONDS = 60, 20
# A renewal is told some hours after its moment, and a card that was refused is tried again.
GRACE = timedelta(days=3)
PAID = ("active", "trialing")
OWING = "past_due"
OVER = ("canceled", "incomplete_expired")
RUNNING = (*PAID, OWING)

Outcome = Literal["kept", "unchanged", "unknown_subscription", "unknown_customer"]

log = structlog.get_logger(__name__)


def refresh_subscription(subscription_id: str, actor: str = "") -> Outcome:
    """`actor` is the address of who changed it here. Raises Refusal `unavailable`."""
    with hold_billing(subscription_id):
        try:
            seen = gateway.fetch_subscription(subscription_id)
        except NotThere:
            return "unknown_subscription"
        return keep_subscription(seen, actor)


@contextmanager
def hold_billing(name: str) -> Iterator[None]:
    """Raises Refusal `unavailable` where somebody else holds it for too long."""
    with hold_lock(billing_lock(name), LOCKED_SECONDS, WAITING_SECONDS) as is_ours:
        if not is_ours:
            raise Refusal("unavailable", "Your plan is being changed just now. Try again.")
        yield


def keep_subscription(seen: Seen, actor: str) -> Outcome:
    customer = Customer.objects.filter(customer_id=seen.customer_id).first()
    if customer is None:
        return "unknown_customer"
    with transaction.atomic():
        row, is_changed = write_mirror(seen, customer, actor)
        if customer.email:
            write_plan(seen, row)
    settle_end(row)
    if not is_changed:
        return "unchanged"
    warn_of_second(row)
    return "kept"


def warn_of_second(row: Subscription) -> None:
    """Somebody who pays twice is for an operator to look at: nobody's money is given back alone."""
    running = Subscription.objects.filter(customer_id=row.customer_id, status__in=RUNNING)
    if row.status in RUNNING and running.count() > 1:
        log.warning("second_subscription", customer=row.customer_id)


def write_mirror(seen: Seen, customer: Customer, actor: str) -> tuple[Subscription, bool]:
    """The row as it is now, and whether anything is other than before."""
    row = Subscription.objects.filter(pk=seen.subscription_id).first()
    row = row or Subscription(subscription_id=seen.subscription_id, customer=customer)
    told = {
        "status": seen.status,
        "price_id": seen.price_id,
        "tier": tier_of(seen, row),
        "renews_at": seen.renews_at,
        "cancels_at": seen.cancels_at,
        "next_price_id": seen.next_price_id,
    }
    if not row._state.adding and all(getattr(row, name) == told[name] for name in told):
        return row, False
    for name, value in told.items():
        setattr(row, name, value)
    row.changed_at = timezone.now()
    row.save()
    trail.record_event(
        Action.SUBSCRIPTION_CHANGED,
        actor=actor,
        credential="session" if actor else "system",
        subject=person_id(customer.email) if customer.email else "",
        details=describe_for_audit(row),
    )
    return row, True


def tier_of(seen: Seen, row: Subscription) -> str:
    """A price that the settings name no longer goes on meaning what it did."""
    offer = find_offer(seen.price_id)
    if offer is not None:
        return offer.tier.value
    if seen.price_id == row.price_id:
        return row.tier
    log.warning("price_unknown", subscription=seen.subscription_id, price=seen.price_id)
    return ""


def describe_for_audit(row: Subscription) -> dict[str, str | None]:
    return {
        "subscription": row.subscription_id,
        "status": row.status,
        "tier": row.tier,
        "renews_at": format_time(row.renews_at),
        "cancels_at": format_time(row.cancels_at),
    }


def format_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def write_plan(seen: Seen, row: Subscription) -> None:
    """The plan that this subscription pays for, until when; one that has ended stays as a row."""
    plan = Plan.objects.filter(subscription=seen.subscription_id).first()
    ends_at = find_end(seen)
    if plan is None:
        if row.tier and ends_at > timezone.now():
            Plan.objects.create(
                email=row.customer.email,
                tier=row.tier,
                ends_at=ends_at,
                subscription=seen.subscription_id,
                reason=reason_of(seen),
            )
        return
    has_ended = plan.ends_at is not None and plan.ends_at <= timezone.now() >= ends_at
    tier = row.tier or plan.tier
    if has_ended or (plan.tier, plan.ends_at) == (tier, ends_at):
        return
    plan.tier, plan.ends_at, plan.reason = tier, ends_at, reason_of(seen)
    plan.save()


def find_end(seen: Seen) -> datetime:
    """Until when it opens something: what was paid for, and some days in which to pay again."""
    if seen.status in PAID:
        return seen.cancels_at or seen.renews_at + GRACE
    if seen.status == OWING:
        return min(seen.cancels_at or seen.renews_at, seen.began_at + GRACE)
    return seen.ended_at or timezone.now()


def reason_of(seen: Seen) -> str:
    return f"A subscription that is {seen.status.replace('_', ' ')}."


def settle_end(row: Subscription) -> None:
    """Once it is over for good. Settings stay; a vanity code is free for others.

    Raises whatever the apps above do, and is then done again with the next event or look.
    """
    email = row.customer.email
    if row.status not in OVER or row.settled_at is not None:
        return
    if email and "vanity" not in plans.find_features(email):
        tell_end(email, "the plan has ended")
    row.settled_at = timezone.now()
    row.save(update_fields=["settled_at"])
    log.info("subscription_ended", subscription=row.subscription_id, person=log_name(email))


def find_running(email: str) -> Subscription | None:
    """The one that somebody pays for, or owes for."""
    rows = Subscription.objects.filter(customer__email=email, status__in=RUNNING)
    return rows.order_by("-changed_at").first()


def list_due(now: datetime) -> list[str]:
    """Ids of those whose period or end has passed and of whom nobody has told what came of it."""
    due = Q(renews_at__lte=now) | Q(cancels_at__lte=now)
    waiting = Subscription.objects.filter(due).exclude(status__in=OVER)
    unsettled = Subscription.objects.filter(status__in=OVER, settled_at=None)
    return [*(waiting | unsettled).values_list("pk", flat=True)]
