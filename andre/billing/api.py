"""Billing over HTTP: for people in a browser's session, and one address that Stripe calls."""

from typing import Annotated, Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.identity import Identity
from andre.billing import catalogue, changes, events
from andre.billing.origins import find_origin
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Shape


class PriceWish(BaseModel):
    """One of the prices that `GET /api/billing/status` names."""

    model_config = ConfigDict(extra="forbid")

    price_id: Annotated[str, Field(min_length=1, max_length=255)]


class Begun(Shape):
    """Where to go on. `now`: the plan is changed already; `at_period_end`: it will be."""

    url: str
    change: Literal["checkout", "now", "at_period_end"]


class Portal(Shape):
    url: str


class PriceTold(Shape):
    price_id: str
    tier: str
    interval: Literal["month", "year"]


class StatusTold(Shape):
    """Times are ISO 8601. `renews_at` is null for a plan that ends, or that nobody pays for.

    `price_id` is what is paid for, `next_price_id` what it changes to at `renews_at`; `prices` are
    what is sold.
    """

    plan_tier: Literal["free", "tier_a", "tier_b"]
    features: list[str]
    renews_at: str | None
    cancels_at: str | None
    price_id: str | None
    next_price_id: str | None
    prices: list[PriceTold]


class Received(Shape):
    received: bool


class Checkout(APIView):
    @extend_schema(request=PriceWish, responses=Begun)
    def post(self, request: Request) -> Response:
        """Begin a plan at Stripe, or change the one that is paid for."""
        catalogue.require_selling()
        seat = payer_of(request)
        wanted = validate_body(PriceWish, request.data)
        begun = changes.choose_price(seat, wanted.price_id, find_origin(request._request))
        return Response({"url": begun.url, "change": begun.change}, headers=NO_STORE)


class OpenPortal(APIView):
    @extend_schema(request=None, responses=Portal)
    def post(self, request: Request) -> Response:
        """Stripe's own page: the card, the invoices, the end of a plan."""
        catalogue.require_payment()
        url = changes.begin_portal(payer_of(request), find_origin(request._request))
        return Response({"url": url}, headers=NO_STORE)


class BillingStatus(APIView):
    @extend_schema(responses=StatusTold)
    def get(self, request: Request) -> Response:
        """The caller's plan."""
        found = changes.read_status(identity_of_request(request).email)
        told = {
            "plan_tier": found.plan_tier,
            "features": list(found.features),
            "renews_at": found.renews_at.isoformat() if found.renews_at else None,
            "cancels_at": found.cancels_at.isoformat() if found.cancels_at else None,
            "price_id": found.price_id or None,
            "next_price_id": found.next_price_id or None,
            "prices": [
                {"price_id": each.price_id, "tier": each.tier.value, "interval": each.interval}
                for each in catalogue.list_offers()
            ],
        }
        return Response(told, headers=NO_STORE)


class Webhook(APIView):
    """Whoever calls shows nothing but Stripe's signature; without it nothing is read or written."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=None, responses=Received)
    def post(self, request: Request) -> Response:
        """Events of Stripe's, signed by it."""
        body, signature = request._request.body, request.headers.get("Stripe-Signature")
        events.receive_event(body, signature)
        return Response({"received": True})


def payer_of(request: Request) -> Identity:
    """Raises Refusal `session_required`: no key spends its owner's money."""
    if credential_of(request).kind != "session":
        raise Refusal("session_required", "Plans are paid for in a browser: sign in there.")
    return identity_of_request(request)
