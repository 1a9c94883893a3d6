"""What somebody does about their plan: begin one, change it, keep it, open Stripe's own page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from andre.accounts.identity import Identity
from andre.billing import catalogue, gateway
from andre.billing.catalogue import Offer, find_offer, require_offer
from andre.billing.gateway import NotThere
from andre.billing.models import Customer, Subscription
from andre.billing.subscriptions import find_running, hold_billing, refresh_subscription
from andre.core.errors import Refusal
from andre.core.rate_limits import consume, require_counting
from andre.plans import plans
from andre.plans.models import Tier
from andre.protocol.nest_settings import Feature

Change = Literal["checkout", "now", "at_period_end"]

UPGRADE_PAGE, RETURN_PAGE = "/billing/upgrade", "/billing/return"
# Stripe puts the id in this place.
SESSION = "{CHECKOUT_SESSION_ID}"


@dataclass(frozen=True, slots=True)
class Begun:
    """`url` leads on: to Stripe for a new plan, back to the page of plans for a change."""

    url: str
    change: Change


def choose_price(seat: Identity, price_id: str, origin: str) -> Begun:
    """Begin a plan, or change the one that runs: a higher one at once, a lower one at the end of
    what is paid for. The one that runs: it goes on, whatever was to come of it.

    Raises Refusal.
    """
    catalogue.require_selling()
    offer = require_offer(price_id)
    spend(seat)
    with hold_billing(seat.email):
        running = find_running(seat.email)
        if running is None:
            return begin_plan(seat, offer, origin)
        try:
            change = change_plan(running, offer)
        finally:  # A card that is refused may have left half of it.
            refresh_subscription(running.subscription_id, actor=seat.email)
    return Begun(f"{origin}{UPGRADE_PAGE}?changed={change}", change)


def spend(seat: Identity) -> None:
    """Raises Refusal: nothing of this goes on uncounted."""
    if seat.is_guest:
        raise Refusal("forbidden", "Guests have no plans.")
    require_counting()
    consume("billing", seat.email)


def begin_plan(seat: Identity, offer: Offer, origin: str) -> Begun:
    """A customer whom Stripe does not know any more, as after another key, is made anew.

    Raises Refusal.
    """
    try:
        url = open_checkout(customer_of(seat), offer, origin)
    except NotThere as missing:
        if missing.what != "customer":
            raise
        Customer.objects.filter(email=seat.email).delete()
        url = open_checkout(customer_of(seat), offer, origin)
    return Begun(url, "checkout")


def open_checkout(customer_id: str, offer: Offer, origin: str) -> str:
    """The address of Stripe's page. Raises Refusal."""
    return gateway.begin_checkout(
        customer_id,
        offer.price_id,
        done_url=f"{origin}{RETURN_PAGE}?session_id={SESSION}",
        back_url=f"{origin}{UPGRADE_PAGE}?cancelled=1",
    )


def customer_of(seat: Identity) -> str:
    """Stripe's id of them, made the first time."""
    known = Customer.objects.filter(email=seat.email).first()
    if known is not None:
        return known.customer_id
    customer_id = gateway.create_customer(seat.email, seat.name)
    return Customer.objects.create(customer_id=customer_id, email=seat.email).customer_id


def change_plan(running: Subscription, offer: Offer) -> Change:
    """Raises Refusal `already_subscribed` for what is so already, or comes to be."""
    seen = gateway.fetch_subscription(running.subscription_id)
    is_same, waits = offer.price_id == seen.price_id, seen.next_price_id or seen.cancels_at
    if offer.price_id == seen.next_price_id or (is_same and not waits):
        raise Refusal("already_subscribed", "This is your plan already.")
    if waits or seen.schedule_id:  # A schedule stays for the month after a downgrade.
        gateway.keep_as_it_is(seen)
        seen = gateway.fetch_subscription(running.subscription_id)
    if is_same:
        return "now"
    if offer.rank > rank_of(seen.price_id):
        gateway.upgrade(seen, offer.price_id)
        return "now"
    gateway.downgrade(seen, offer.price_id)
    return "at_period_end"


def rank_of(price_id: str) -> int:
    """A price that is sold no longer is below all that are."""
    offer = find_offer(price_id)
    return -1 if offer is None else offer.rank


def begin_portal(seat: Identity, origin: str) -> str:
    """Where somebody changes their card, and ends their plan. Raises Refusal."""
    catalogue.require_payment()
    spend(seat)
    customer = Customer.objects.filter(email=seat.email).first()
    if customer is None:
        raise Refusal("not_found", "You have no plan that is paid for.")
    return gateway.begin_portal(customer.customer_id, f"{origin}{UPGRADE_PAGE}")


def finish_checkout(seat: Identity, session_id: str) -> bool:
    """Whether the plan is there, for somebody who comes back before Stripe has told of it.

    Raises Refusal.
    """
    catalogue.require_payment()
    spend(seat)
    customer = Customer.objects.filter(email=seat.email).first()
    if customer is None or not session_id:
        return False
    try:
        customer_id, subscription_id = gateway.fetch_checkout(session_id)
    except NotThere:
        return False
    if customer.customer_id != customer_id or not subscription_id:
        return False
    refresh_subscription(subscription_id)
    return find_running(seat.email) is not None


@dataclass(frozen=True, slots=True)
class Status:
    """`price_id` is what is paid for, empty where nothing is; `next_price_id` what it changes to
    at `renews_at`.
    """

    plan_tier: str
    features: list[Feature]
    renews_at: datetime | None
    cancels_at: datetime | None
    price_id: str = ""
    next_price_id: str = ""
    is_owing: bool = False


def read_status(email: str) -> Status:
    """As it is kept here; Stripe is not asked. Raises Refusal `billing_not_configured`."""
    catalogue.require_payment()
    tiers = set(plans.running_plans().filter(email=email).values_list("tier", flat=True))
    tier = next((tier.value for tier in reversed(Tier) if tier in tiers), "free")
    features = sorted(plans.find_features(email))
    row = find_running(email)
    if row is None:
        return Status(tier, features, None, None)
    return Status(
        plan_tier=tier,
        features=features,
        renews_at=None if row.cancels_at else row.renews_at,
        cancels_at=row.cancels_at,
        price_id=row.price_id,
        next_price_id=row.next_price_id,
        is_owing=row.status == "past_due",
    )
