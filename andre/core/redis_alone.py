"""The first import of redis-py in a process, for those who need it before Django is set up.

Where OpenTelemetry is installed, redis-py imports its metrics at once: megabytes of every process,
and nothing here uses them. Hidden for this moment, they are not there for it.
"""

import sys
from typing import Any, cast

_modules = cast("dict[str, Any]", sys.modules)
_is_hidden = _modules.setdefault("opentelemetry", None) is None

from redis import ConnectionPool, Redis  # noqa: E402
from redis.asyncio import ConnectionPool as AsyncConnectionPool  # noqa: E402
from redis.asyncio.sentinel import Sentinel as AsyncSentinel  # noqa: E402
from redis.asyncio.sentinel import (  # noqa: E402
    SentinelConnectionPool as AsyncSentinelConnectionPool,
)
from redis.backoff import NoBackoff  # noqa: E402
from redis.connection import parse_url  # noqa: E402
from redis.exceptions import RedisError  # noqa: E402
from redis.observability import providers  # noqa: E402, F401
from redis.retry import Retry  # noqa: E402
from redis.sentinel import Sentinel, SentinelConnectionPool  # noqa: E402

if _is_hidden:
    del _modules["opentelemetry"]

__all__ = [
    "AsyncConnectionPool",
    "AsyncSentinel",
    "AsyncSentinelConnectionPool",
    "ConnectionPool",
    "NoBackoff",
    "Redis",
    "RedisError",
    "Retry",
    "Sentinel",
    "SentinelConnectionPool",
    "parse_url",
]
