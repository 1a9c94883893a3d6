"""Plans in the admin: given, changed and taken there, and written to the audit with the reason."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from andre.core.admin_base import Reasoned, reason_in
from andre.plans.models import Plan


@admin.register(Plan)
class PlanAdmin(Reasoned):
    list_display = ("email", "tier", "given_at", "ends_at", "reason")
    list_filter = ("tier",)
    search_fields = ("email",)
    fields = ("email", "tier", "ends_at", "reason", "given_at")
    readonly_fields = ("given_at",)
    actions = ("remove",)

    def save_model(
        self, request: HttpRequest, obj: Plan, form: "ModelForm[Plan]", change: bool
    ) -> None:
        obj.changed_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    @admin.action(description="Take the selected plans away", permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one: each is an entry of the audit, with the reason for its end."""
        for plan in queryset:
            plan.changed_by, plan.reason = request.user.get_username(), reason_in(request)
            plan.delete()
