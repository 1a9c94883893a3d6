"""What is said at start of billing that is set up by half: nobody could pay."""

from collections.abc import Sequence
from typing import Any

from django.core import checks

from andre.billing.catalogue import list_offers
from andre.core.conf import conf


def register_checks() -> None:
    checks.register(complete_settings)


def complete_settings(**_: Any) -> Sequence[checks.CheckMessage]:
    prices = [offer.price_id for offer in list_offers()]
    if conf().stripe_secret_key is None:
        return []
    found = []
    if conf().stripe_webhook_secret is None or not prices:
        found.append(
            checks.Warning(
                "Plans are sold and nobody can pay: operators give them.",
                hint="Set STRIPE_WEBHOOK_SECRET and at least one STRIPE_PRICE_…, too.",
                id="billing.W001",
            )
        )
    if len(set(prices)) < len(prices):
        found.append(
            checks.Warning(
                "Two of STRIPE_PRICE_… are the same price: it stands for the lower tier.",
                id="billing.W002",
            )
        )
    return found
