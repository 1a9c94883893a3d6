"""Redis: the clients, the loader of Lua and the locks."""

from andre.core.redis.client import (
    Client,
    RefusingRedis,
    StoreError,
    async_redis,
    clone_client,
    database_number,
    is_away,
    redis,
    subscriber,
    using,
)
from andre.core.redis.locks import hold_lock, hold_renewed_lock
from andre.core.redis.scripts import (
    OUTDATED,
    SHARED_LUA,
    Names,
    Part,
    Reply,
    Script,
    Scripts,
    nest_upgrade,
)

__all__ = [
    "OUTDATED",
    "SHARED_LUA",
    "Client",
    "Names",
    "Part",
    "RefusingRedis",
    "Reply",
    "Script",
    "Scripts",
    "StoreError",
    "async_redis",
    "clone_client",
    "database_number",
    "hold_lock",
    "hold_renewed_lock",
    "is_away",
    "nest_upgrade",
    "redis",
    "subscriber",
    "using",
]
