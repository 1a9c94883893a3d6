"""Who is in which room. What programs may import from here is loaded when first asked for,
because Django's models cannot be imported before its apps are."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from andre.core.keys import legacy_key_mapping, member_key, members_key, pubsub_channel
    from nests.registry.manager import (
        NestManager,
        join_nest,
        leave_nest,
        refresh_member_ttl,
        should_delete_nest,
    )

__all__ = [
    "NestManager",
    "join_nest",
    "leave_nest",
    "legacy_key_mapping",
    "member_key",
    "members_key",
    "pubsub_channel",
    "refresh_member_ttl",
    "should_delete_nest",
]

SPELLED_BY_KEYS = {"legacy_key_mapping", "member_key", "members_key", "pubsub_channel"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "andre.core.keys" if name in SPELLED_BY_KEYS else "nests.registry.manager"
    return getattr(import_module(home), name)
