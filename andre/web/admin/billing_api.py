"""What somebody pays for, for operators: looked at, and read from Stripe again."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from andre.accounts.authentication import identity_of_request
from andre.audit import trail
from andre.audit.models import Action
from andre.billing import catalogue
from andre.billing.models import Customer, Subscription
from andre.billing.subscriptions import refresh_subscription
from andre.core.http_headers import NO_STORE
from andre.core.person_ids import person_id
from andre.core.rate_limits import consume
from andre.plans.models import Plan
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Shape
from andre.web.admin.api import OperatorView, WithReason, why_in


class PlanTold(Shape):
    """`is_paid`: by a subscription; else an operator has given it."""

    tier: str
    ends_at: str | None
    is_paid: bool


class SubscriptionTold(Shape):
    """`status` is Stripe's own word; `tier` is empty for a price that no setting names."""

    subscription_id: str
    status: str
    tier: str
    price_id: str
    next_price_id: str
    renews_at: str | None
    cancels_at: str | None


class BillingTold(Shape):
    """`customer_id` is null for who has never been at Stripe."""

    email: str
    customer_id: str | None
    plans: list[PlanTold]
    subscriptions: list[SubscriptionTold]


class BillingOf(OperatorView):
    @extend_schema(responses=BillingTold)
    def get(self, request: Request, email: str) -> Response:
        """What somebody has, and what they pay for, as it is kept here."""
        catalogue.require_payment()
        consume("lists", identity_of_request(request).email)
        return describe_billing(email.lower())


class RefreshBilling(OperatorView):
    @extend_schema(request=WithReason, responses=BillingTold)
    def post(self, request: Request, email: str) -> Response:
        """Read what they pay for from Stripe again."""
        catalogue.require_payment()
        why = why_in(request, validate_body(WithReason, request.data))
        whose = email.lower()
        for row in Subscription.objects.filter(customer__email=whose):
            refresh_subscription(row.subscription_id)
        trail.record_event(
            Action.OPERATOR_ACTED,
            actor=why.operator,
            credential="admin",
            subject=person_id(whose),
            reason=why.reason,
            details={"act": "refresh_billing"},
        )
        return describe_billing(whose)


def describe_billing(email: str) -> Response:
    customer = Customer.objects.filter(email=email).first()
    told = BillingTold(
        email=email,
        customer_id=customer.customer_id if customer else None,
        plans=[
            PlanTold(tier=each.tier, ends_at=iso(each.ends_at), is_paid=bool(each.subscription))
            for each in Plan.objects.filter(email=email).order_by("id")
        ],
        subscriptions=[
            SubscriptionTold(
                subscription_id=each.subscription_id,
                status=each.status,
                tier=each.tier,
                price_id=each.price_id,
                next_price_id=each.next_price_id,
                renews_at=iso(each.renews_at),
                cancels_at=iso(each.cancels_at),
            )
            for each in Subscription.objects.filter(customer__email=email).order_by("-changed_at")
        ],
    )
    return Response(told.model_dump(), headers=NO_STORE)


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
