"""Events of Stripe's: signed, each with one effect, in whatever order they come.

None of them is believed for what it says: it names a subscription, which is then fetched again.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from andre.billing import catalogue, gateway
from andre.billing.gateway import Event
from andre.billing.models import StripeEvent
from andre.billing.subscriptions import refresh_subscription

# Of these a subscription is another one afterwards; all others are written down, and no more.
FOLLOWED = (
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "invoice.paid",
    "invoice.payment_failed",
)

KEPT = timedelta(days=90)  # Stripe tries for three days, and people by hand for thirty.

log = structlog.get_logger(__name__)


def receive_event(body: bytes, signature: str | None) -> str:
    """What came of it. Raises Refusal: `billing_not_configured`, `invalid_signature`, or
    `unavailable`, after which Stripe sends it again.
    """
    catalogue.require_payment()
    event = gateway.read_event(body, signature)
    if StripeEvent.objects.filter(pk=event.event_id).exists():
        return "repeated"
    outcome = follow_event(event)
    with transaction.atomic():
        StripeEvent.objects.get_or_create(
            event_id=event.event_id,
            defaults={
                "kind": event.kind,
                "subscription_id": event.subscription_id,
                "outcome": outcome,
                "created_at": event.created_at,
            },
        )
    log.info("stripe_event", kind=event.kind, name=event.event_id, outcome=outcome)
    return outcome


def forget_old_events(now: datetime) -> int:
    """Events that Stripe sends no more; how many."""
    count, _ = StripeEvent.objects.filter(received_at__lt=now - KEPT).delete()
    return count


def follow_event(event: Event) -> str:
    if event.kind not in FOLLOWED or not event.subscription_id:
        return "ignored"
    return refresh_subscription(event.subscription_id)
