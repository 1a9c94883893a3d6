"""What operators may look up and change about people and the keys of their programs."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from andre.accounts.models import ApiKey, Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django knows no generics here.
    """People come by signing in, and are closed rather than deleted: their songs stay."""

    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "role", "is_active", "joined_at", "last_login")
    readonly_fields = ("email", "joined_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Made by `manage.py create_api_key`, which alone ever shows one; here, only its beginning."""

    list_display = ("prefix", "owner", "role", "enabled", "last_used_at", "expires")
    list_filter = ("role", "enabled")
    search_fields = ("prefix", "owner__email")
    fields = (
        *("id", "prefix", "owner", "role", "enabled", "explicit_allowed"),
        *("rate_limit_per_minute", "expires", "created", "last_used_at"),
    )
    readonly_fields = ("id", "prefix", "owner", "created", "last_used_at")
    actions = ("disable",)

    @admin.action(description="Disable the selected keys", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:  # One by one: whoever is connected with it is told.
            key.enabled = False
            key.save()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False
