"""Stripe, by its own SDK: the one module that imports it, and only once something is asked.

The SDK takes 160 ms and 14 MB, which nobody pays where nothing is sold. Whatever comes back is read
into shapes of ours here, so that nothing else knows Stripe's.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from pydantic import BaseModel, Field, SecretStr, ValidationError

from andre.core.conf import conf
from andre.core.errors import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient

SECONDS = (3.0, 15.0)  # To connect, and between two bytes of the answer: a card may take its time.
TRIES_MORE = 1
NOT_FOUND, MISSING = 404, "resource_missing"
AWAY = "Stripe does not answer just now. Nothing was changed; please try again in a minute."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """A subscription as Stripe has it at this moment.

    `began_at` and `renews_at` bound the period that runs; `cancels_at` is when it ends for good,
    `ended_at` when it did. `next_price_id`: what it changes to at the end of the period.
    """

    subscription_id: str
    customer_id: str
    item_id: str
    status: str
    price_id: str
    began_at: datetime
    renews_at: datetime
    cancels_at: datetime | None
    ended_at: datetime | None
    ends_with_period: bool
    schedule_id: str
    next_price_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """`subscription_id` is empty for an event that is about none."""

    event_id: str
    kind: str
    created_at: datetime
    subscription_id: str


@dataclass(frozen=True, slots=True)
class Amount:
    """In the smallest unit of the currency."""

    units: int
    currency: str


class EventData(BaseModel):
    object: dict[str, Any]


class EventTold(BaseModel):
    """As much of an event as is read; Stripe may say more."""

    id: Annotated[str, Field(min_length=1, max_length=255)]
    type: Annotated[str, Field(max_length=100)]
    created: Annotated[int, Field(ge=0, lt=2**40)]
    data: EventData


class NotThere(Refusal):
    """Stripe has nothing by this id, in this account; `what` is the field that named it."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", "Stripe knows nothing of this any more.")
        self.what = what


@contextmanager
def refusing() -> Iterator[None]:
    """Raises Refusal `payment_failed` or `unavailable`, or NotThere, for what the SDK raises."""
    import stripe

    try:
        yield
    except stripe.CardError as error:
        sentence = error.user_message or "The payment was refused."
        raise Refusal("payment_failed", sentence) from None
    except stripe.StripeError as error:
        if error.http_status == NOT_FOUND or error.code == MISSING:
            raise NotThere(getattr(error, "param", None) or "") from None
        # Its words may hold an address; the code and the request's id say what the log needs.
        log.warning(
            "stripe_failed",
            error=type(error).__name__,
            code=error.code,
            status=error.http_status,
            request=error.request_id,
        )
        raise Refusal("unavailable", AWAY) from None


def stripe_client() -> "StripeClient":
    secret = conf().stripe_secret_key
    return make_client(open_secret(secret), conf().stripe_api_url)


@cache
def make_client(key: str, url: str) -> "StripeClient":
    import stripe

    stripe.enable_telemetry = False
    # What it says of every call, addresses and words of errors included, is no news here.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    return stripe.StripeClient(
        key,
        base_addresses={"api": url},
        max_network_retries=TRIES_MORE,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


def open_secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


# Events


def read_event(body: bytes, signature: str | None) -> Event:
    """Raises Refusal: `invalid_signature` for what Stripe has not signed within five minutes,
    `malformed` for what is no event.
    """
    import stripe

    try:
        secret = open_secret(conf().stripe_webhook_secret)
        stripe.WebhookSignature.verify_header(
            body, signature, secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
        )
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        raise Refusal("invalid_signature", "This is not signed by Stripe.") from None
    try:
        told = EventTold.model_validate_json(body)
    except ValidationError:
        raise Refusal("malformed", "This is no event of Stripe's.") from None
    return Event(
        event_id=told.id,
        kind=told.type,
        created_at=time_of(told.created),
        subscription_id=subscription_in(told.data.object),
    )


def subscription_in(told: Mapping[str, Any]) -> str:
    """The id of the subscription that an event's object is, or belongs to."""
    if told.get("object") == "subscription":
        return str(told["id"])
    details = (told.get("parent") or {}).get("subscription_details") or {}
    return read_id(told.get("subscription") or details.get("subscription"))


# Subscriptions


def fetch_subscription(subscription_id: str) -> Seen:
    """Raises Refusal."""
    with refusing():
        found = stripe_client().v1.subscriptions.retrieve(subscription_id, {"expand": ["schedule"]})
    return read_subscription(found.to_dict())


def read_subscription(told: Mapping[str, Any]) -> Seen:
    item = told["items"]["data"][0]
    ends_with_period = item["current_period_end"] if told.get("cancel_at_period_end") else None
    schedule = told.get("schedule")
    return Seen(
        subscription_id=told["id"],
        customer_id=read_id(told["customer"]),
        item_id=item["id"],
        status=told["status"],
        price_id=item["price"]["id"],
        began_at=time_of(item["current_period_start"]),
        renews_at=time_of(item["current_period_end"]),
        cancels_at=moment_of(told.get("cancel_at") or ends_with_period),
        ended_at=moment_of(told.get("ended_at")),
        ends_with_period=bool(told.get("cancel_at_period_end")),
        schedule_id=read_id(schedule),
        next_price_id=next_price_in(schedule, item["current_period_end"]),
    )


def next_price_in(schedule: object, period_end: int) -> str:
    """The price of the phase that follows; empty where none does."""
    if not isinstance(schedule, dict):
        return ""
    later = [phase for phase in schedule["phases"] if phase["start_date"] >= period_end]
    return read_id(later[0]["items"][0]["price"]) if later else ""


def upgrade(seen: Seen, price_id: str) -> None:
    """At once: the difference for the rest of the period is paid now, or nothing changes.

    Raises Refusal.
    """
    with refusing():
        stripe_client().v1.subscriptions.update(
            seen.subscription_id,
            {
                "items": [{"id": seen.item_id, "price": price_id}],
                "proration_behavior": "always_invoice",
                "payment_behavior": "error_if_incomplete",
            },
        )


def downgrade(seen: Seen, price_id: str) -> None:
    """When the period ends that is paid for; no schedule may be there. Raises Refusal."""
    with refusing():
        schedules = stripe_client().v1.subscription_schedules
        made = schedules.create({"from_subscription": seen.subscription_id})
        runs = made.phases[0]
        schedules.update(
            made.id,
            {
                "end_behavior": "release",
                "proration_behavior": "none",
                "phases": [
                    {
                        "items": [{"price": seen.price_id, "quantity": 1}],
                        "start_date": runs.start_date,
                        "end_date": runs.end_date,
                    },
                    {
                        "items": [{"price": price_id, "quantity": 1}],
                        "start_date": runs.end_date,
                        "duration": {"interval": "month", "interval_count": 1},
                    },
                ],
            },
        )


def keep_as_it_is(seen: Seen) -> None:
    """Neither a change nor an end waits for the period's end any more, and no schedule is there.

    Raises Refusal.
    """
    with refusing():
        if seen.schedule_id:
            stripe_client().v1.subscription_schedules.release(seen.schedule_id)
        subscriptions = stripe_client().v1.subscriptions
        if seen.ends_with_period:
            subscriptions.update(seen.subscription_id, {"cancel_at_period_end": False})
        elif seen.cancels_at:
            subscriptions.update(seen.subscription_id, {"cancel_at": ""})


# Customers, and Stripe's own pages


def create_customer(email: str, name: str) -> str:
    """Its id. Raises Refusal."""
    with refusing():
        return stripe_client().v1.customers.create({"email": email, "name": name}).id


def delete_customer(customer_id: str) -> None:
    """And with it every subscription of theirs, at once. Raises Refusal."""
    with refusing():
        stripe_client().v1.customers.delete(customer_id)


def begin_checkout(customer_id: str, price_id: str, *, done_url: str, back_url: str) -> str:
    """The address of Stripe's page. Raises Refusal.

    Pages that were opened before are closed first, so that nobody pays for two.
    """
    with refusing():
        sessions = stripe_client().v1.checkout.sessions
        for left in sessions.list({"customer": customer_id, "status": "open"}).data:
            sessions.expire(left.id)
        made = sessions.create(
            {
                "mode": "subscription",
                "customer": customer_id,
                "line_items": [{"price": price_id, "quantity": 1}],
                "success_url": done_url,
                "cancel_url": back_url,
            }
        )
    return require_address(made.url)


def begin_portal(customer_id: str, back_url: str) -> str:
    """The address of Stripe's page. Raises Refusal."""
    with refusing():
        made = stripe_client().v1.billing_portal.sessions.create(
            {"customer": customer_id, "return_url": back_url}
        )
    return require_address(made.url)


def require_address(url: str | None) -> str:
    """Raises Refusal `unavailable`: nobody is sent to what is no page."""
    if not url or not url.startswith(("https://", "http://")):
        raise Refusal("unavailable", AWAY)
    return url


def fetch_checkout(session_id: str) -> tuple[str, str]:
    """Whose it is, and the subscription that came of it; empty while none did.

    Raises Refusal.
    """
    with refusing():
        told = stripe_client().v1.checkout.sessions.retrieve(session_id).to_dict()
    return read_id(told.get("customer")), read_id(told.get("subscription"))


def fetch_amount(price_id: str) -> Amount:
    """Raises Refusal."""
    with refusing():
        told = stripe_client().v1.prices.retrieve(price_id).to_dict()
    return Amount(told["unit_amount"] or 0, told["currency"])


def read_id(told: object) -> str:
    """Of what Stripe names by its id, or tells in full."""
    if isinstance(told, dict):
        return str(told["id"])
    return str(told or "")


def time_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def moment_of(seconds: int | None) -> datetime | None:
    return None if seconds is None else time_of(seconds)
