"""What beat does for billing: events that never came, and customers who were erased."""

import structlog
from celery import shared_task
from django.utils import timezone

from andre.billing import catalogue, erased_customers, events, subscriptions
from andre.core.errors import Refusal

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def refresh_subscriptions() -> None:
    """Where nothing is configured, nothing is asked."""
    if not catalogue.takes_payment():
        return
    for subscription_id in subscriptions.list_due(timezone.now()):
        try:
            subscriptions.refresh_subscription(subscription_id)
        except Refusal as refusal:
            log.warning("subscription_not_read", subscription=subscription_id, why=refusal.code)
    erased_customers.delete_waiting()
    events.forget_old_events(timezone.now())
