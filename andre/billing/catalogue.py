"""What is sold: a price of Stripe's for each tier and interval, as the settings name them."""

from dataclasses import dataclass
from typing import Literal

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.plans import plans
from andre.plans.models import Tier

NOT_CONFIGURED = "This server sells no plans."


@dataclass(frozen=True, slots=True)
class Offer:
    """`rank`: a change to a higher one is an upgrade, to a lower one a downgrade."""

    price_id: str
    tier: Tier
    interval: Literal["month", "year"]
    rank: int


def list_offers() -> list[Offer]:
    """The lowest first; only what has a price."""
    house = conf()
    all_of_them = [
        Offer(house.stripe_price_tier_a_monthly, Tier.TIER_A, "month", 0),
        Offer(house.stripe_price_tier_b_monthly, Tier.TIER_B, "month", 1),
        Offer(house.stripe_price_tier_b_annual, Tier.TIER_B, "year", 2),
    ]
    return [offer for offer in all_of_them if offer.price_id]


def find_offer(price_id: str) -> Offer | None:
    return next((offer for offer in list_offers() if offer.price_id == price_id), None)


def require_offer(price_id: str) -> Offer:
    """Raises Refusal `validation_error`."""
    offer = find_offer(price_id)
    if offer is None:
        raise Refusal("validation_error", "This price is none of those that are sold here.")
    return offer


def takes_payment() -> bool:
    """Whether subscriptions are looked after: also while nothing is sold any more, lest somebody
    pays who can neither see nor end it.
    """
    return None not in (conf().stripe_secret_key, conf().stripe_webhook_secret)


def is_selling() -> bool:
    return takes_payment() and plans.sells_plans() and bool(list_offers())


def require_payment() -> None:
    """Raises Refusal `billing_not_configured`."""
    if not takes_payment():
        raise Refusal("billing_not_configured", NOT_CONFIGURED)


def require_selling() -> None:
    """Raises Refusal `billing_not_configured`."""
    if not is_selling():
        raise Refusal("billing_not_configured", NOT_CONFIGURED)
