"""The audit in the admin: searched and filtered, never changed."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from andre.audit.models import AuditEvent
from andre.core.admin_base import ReadOnly

ROWS_PER_PAGE = 50


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ("at", "action", "reason", "actor", "nest_id", "outcome", "subject")
    list_filter = ("action", "outcome", "credential", "at")
    search_fields = ("actor", "=subject", "=nest_id", "reason")
    show_full_result_count = False
    list_per_page = ROWS_PER_PAGE
    fields = (
        *("at", "action", "outcome", "actor", "credential", "nest_id", "subject", "reason"),
        "more",
    )

    @admin.display(description="details")
    def more(self, entry: AuditEvent) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(entry.details, indent=2, ensure_ascii=False))
