"""What operators change in the admin's own forms: Django writes it down, and the audit with it."""

import json
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db.models.signals import post_save

from andre.audit import trail
from andre.audit.models import Action

WORDS = {ADDITION: "added", CHANGE: "changed"}


def follow_admin() -> None:
    post_save.connect(record_change, sender=LogEntry, dispatch_uid="andre.audit.admin_changes")


def record_change(instance: LogEntry, created: bool, **_: Any) -> None:
    """Which row, and the names of the fields: what was typed into them stays in the row."""
    if not created:
        return
    kind = instance.content_type
    parts = parts_of(instance.change_message)
    details: dict[str, Any] = {
        "what": WORDS.get(instance.action_flag, "removed"),
        "of": f"{kind.app_label}.{kind.model}" if kind else "",
        "row": str(instance.object_id or ""),
        "fields": fields_in(parts),
    }
    if act := find_text(parts, "act"):
        details["act"] = act
    trail.record_event(
        Action.OPERATOR_ACTED,
        actor=instance.user.get_username(),
        credential="admin",
        reason=find_text(parts, "reason"),
        details=details,
    )


def parts_of(message: str) -> list[dict[str, Any]]:
    """Django's own form of it is JSON; other messages name no fields."""
    try:
        parts = json.loads(message or "[]")
    except ValueError:
        return []
    return [part for part in parts if isinstance(part, dict)]


def fields_in(parts: list[dict[str, Any]]) -> list[str]:
    return [field for part in parts for field in part.get("changed", {}).get("fields", [])]


def find_text(parts: list[dict[str, Any]], name: str) -> str:
    """What our own pages say beside Django's words; empty where they do not."""
    return next((str(part[name]) for part in parts if name in part), "")
