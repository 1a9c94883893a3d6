"""Plans in the admin: given, changed and taken there, and written to the audit with the reason.

What is paid for is shown with them, and changes with its subscription only.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from andre.core.admin_base import Reasoned, reason_in
from andre.plans.models import Plan


@admin.register(Plan)
class PlanAdmin(Reasoned):
    list_display = ("email", "tier", "given_at", "ends_at", "is_paid", "reason")
    list_filter = ("tier",)
    search_fields = ("email",)
    fields = ("email", "tier", "ends_at", "reason", "given_at")
    readonly_fields = ("given_at",)
    actions = ("remove",)

    @admin.display(boolean=True, description="Paid for")
    def is_paid(self, plan: Plan) -> bool:
        return bool(plan.subscription)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_paid = isinstance(obj, Plan) and bool(obj.subscription)
        return not is_paid and super().has_change_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Plan, form: "ModelForm[Plan]", change: bool
    ) -> None:
        obj.changed_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    @admin.action(description="Take the selected plans away", permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one: each is an entry of the audit, with the reason for its end."""
        for plan in queryset.filter(subscription=""):
            plan.changed_by, plan.reason = request.user.get_username(), reason_in(request)
            plan.delete()
