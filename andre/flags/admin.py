"""Flags in the admin: switched there, and written to the audit with who did it."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from andre.core.admin_base import Reasoned
from andre.flags.models import Flag


@admin.register(Flag)
class FlagAdmin(Reasoned):
    list_display = ("name", "active", "minimum_role", "note", "modified")
    fields = ("name", "active", "minimum_role", "note", "modified")
    readonly_fields = ("name", "modified")

    def save_model(
        self,
        request: HttpRequest,
        obj: Flag,
        form: "ModelForm[Flag]",
        change: bool,
    ) -> None:
        obj.changed_by = request.user.get_username()
        obj.changed_because = form.cleaned_data["reason"]
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
