"""What operators may look up and change about people and the keys of their programs."""

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from andre.audit.models import Action
from andre.core.admin_base import Reasoned, reason_in


@admin.register(Person)
class PersonAdmin(Reasoned):
    """People come by signing in, and are closed rather than deleted: their songs stay."""

    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "role", "is_active", "joined_at", "last_login")
    readonly_fields = ("email", "joined_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(Reasoned):
    """Made by `manage.py create_api_key` or a device link; here, only its beginning is shown."""

    list_display = ("prefix", "name", "owner", "role", "enabled", "last_used_at", "expires")
    list_filter = ("role", "enabled")
    search_fields = ("prefix", "name", "owner__email")
    fields = (
        *("id", "prefix", "name", "owner", "role", "enabled", "explicit_allowed"),
        *("rate_limit_per_minute", "expires", "created", "last_used_at"),
    )
    readonly_fields = ("id", "prefix", "owner", "created", "last_used_at")
    actions = ("disable",)

    @admin.action(description="Disable the selected keys", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            api_keys.disable(key, request.user.get_username(), reason_in(request))

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        super().save_model(request, obj, form, change)
        if "enabled" in form.changed_data:
            action = Action.KEY_ENABLED if obj.enabled else Action.KEY_DISABLED
            api_keys.record_about(
                obj,
                action,
                actor=request.user.get_username(),
                credential="admin",
                reason=form.cleaned_data["reason"],
            )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
