"""What operators may look up and change about nests."""

from django.contrib import admin

from andre.core.admin_base import ReadOnly, Reasoned
from nests.models import NameSeed, NestTombstone


@admin.register(NameSeed)
class NameSeedAdmin(Reasoned):
    list_display = ("name", "genre", "seed_uri")
    search_fields = ("name", "genre")
    actions = ("remove",)


@admin.register(NestTombstone)
class NestTombstoneAdmin(ReadOnly):
    """To be read only: a code that was given out stays so."""

    list_display = ("code", "name", "state", "reason", "ended_at")
    list_filter = ("state", "ended_at")
    search_fields = ("code", "name", "reason")
