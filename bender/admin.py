"""What operators may look up about Bender."""

from django.contrib import admin

from andre.core.admin_base import ReadOnly, datetime_from_ms
from bender.models import BenderRun, Rejection

ROWS_PER_PAGE = 50


@admin.register(BenderRun)
class BenderRunAdmin(ReadOnly):
    list_display = ("created_at", "nest_id", "profile", "execution_mode", "first", "runtime_ms")
    list_filter = ("profile", "execution_mode", "status")
    search_fields = ("=nest_id", "fallback_reason")
    show_full_result_count = False
    list_per_page = ROWS_PER_PAGE
    fields = (
        *("created_at", "nest_id", "profile", "execution_mode", "status", "seed_uri", "asked_by"),
        *("runtime_ms", "fallback_reason", "reasons", "picks", "shadow_of", "job"),
    )

    @admin.display(description="first pick")
    def first(self, run: BenderRun) -> str:
        if not run.picks:
            return ""
        pick = run.picks[0]
        return f"{pick['track']['artist']}: {pick['track']['title']} ({pick['strategy']})"


@admin.register(Rejection)
class RejectionAdmin(ReadOnly):
    list_display = ("at", "user", "artist", "uri", "nest_id")
    search_fields = ("user", "artist", "=uri", "=nest_id")
    list_per_page = ROWS_PER_PAGE

    @admin.display(ordering="at_ms")
    def at(self, rejection: Rejection) -> object:
        return datetime_from_ms(rejection.at_ms)
