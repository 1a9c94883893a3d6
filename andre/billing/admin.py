"""Subscriptions and events in the admin: looked at, and read again from Stripe for a reason."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from andre.billing.catalogue import takes_payment
from andre.billing.models import StripeEvent, Subscription
from andre.billing.subscriptions import refresh_subscription
from andre.core.admin_base import ReadOnly, Reasoned, reason_in, record_act
from andre.core.errors import Refusal


@admin.register(Subscription)
class SubscriptionAdmin(Reasoned):
    list_display = ("email", "tier", "status", "renews_at", "cancels_at", "changed_at")
    list_filter = ("status", "tier")
    list_select_related = ("customer",)
    search_fields = ("customer__email", "subscription_id", "customer__customer_id")
    actions = ("refresh",)
    fields = (
        *("subscription_id", "email", "status", "tier", "price_id", "next_price_id"),
        *("renews_at", "cancels_at", "changed_at", "settled_at"),
    )

    @admin.display(description="Person", ordering="customer__email")
    def email(self, row: Subscription) -> str:
        return row.customer.email or str(row.customer)

    @admin.action(description="Read the selected rows from Stripe again", permissions=["view"])
    def refresh(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            try:
                refresh_subscription(row.subscription_id)
            except Refusal as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
                continue
            record_act(request, row, "refresh", reason_in(request))
            self.message_user(request, f"{row.subscription_id} is as Stripe has it.")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return takes_payment() and super().has_module_permission(request)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        return [(None, {"fields": self.fields})]  # Nothing is changed here, so no reason is asked.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    list_display = ("kind", "outcome", "subscription_id", "created_at", "received_at")
    list_filter = ("kind", "outcome")
    search_fields = ("event_id", "subscription_id")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return takes_payment() and super().has_module_permission(request)
