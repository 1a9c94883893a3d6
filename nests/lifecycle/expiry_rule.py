"""When a nest is no longer needed. lua/begin_delete.lua decides the same in one atomic step."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from andre.core.conf import conf
from andre.core.keys import MAIN


def should_delete_nest(
    metadata: Mapping[str, Any], members: int, queue_size: int, now: datetime | str
) -> bool:
    """Whether a nest with so many listeners and songs of people may go."""
    if metadata.get("is_main") or metadata.get("nest_id") == MAIN or members > 0:
        return False

    idle = parse_time(now) - parse_time(metadata.get("last_activity") or metadata["created_at"])
    if queue_size > 0 and idle < timedelta(hours=conf().nest_abandoned_hours):
        return False
    return idle >= timedelta(minutes=metadata["ttl_minutes"])


def parse_time(said: datetime | str) -> datetime:
    """Without a zone it is UTC."""
    found = datetime.fromisoformat(said) if isinstance(said, str) else said
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
