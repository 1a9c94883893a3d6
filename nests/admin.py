"""What operators may look up and change about nests."""

from django.contrib import admin
from django.http import HttpRequest

from nests.models import NameSeed, NestTombstone


@admin.register(NameSeed)
class NameSeedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django knows no generics here.
    list_display = ("name", "genre", "seed_uri")


@admin.register(NestTombstone)
class NestTombstoneAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be read only: a code that was given out stays so."""

    list_display = ("code", "name", "state", "reason", "ended_at")
    search_fields = ("code", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: NestTombstone | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: NestTombstone | None = None) -> bool:
        return False
