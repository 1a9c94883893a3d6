"""Customers who were erased here: they are deleted at Stripe, which ends whatever they pay for."""

import structlog

from andre.billing import catalogue, gateway
from andre.billing.gateway import NotThere
from andre.billing.models import Customer
from andre.core.errors import Refusal

log = structlog.get_logger(__name__)


def forget_customer(email: str) -> None:
    """From here on nothing names them; if Stripe does not answer now, it is asked again hourly."""
    if Customer.objects.filter(email=email).update(email="") and catalogue.takes_payment():
        delete_waiting()


def delete_waiting() -> None:
    for customer in Customer.objects.filter(email=""):
        try:
            gateway.delete_customer(customer.customer_id)
        except NotThere:
            pass  # Somebody was faster.
        except Refusal as refusal:
            log.warning("customer_not_deleted", why=refusal.code)
            continue
        customer.delete()
