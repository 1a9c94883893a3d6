"""Database and Redis where they do not answer: how long a process waits, and what it says then."""

from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from kombu.exceptions import OperationalError as NoBroker

from andre.core import redis
from andre.core.errors import Refusal

SECONDS_FOR_A_PAGE = 3  # A person is told within five, whatever it is that does not answer.
# Result codes of SQLite that are not about what was asked: busy, locked, no memory, read-only,
# input and output, full, cannot be opened.
SQLITE_CODES = frozenset({5, 6, 7, 8, 10, 13, 14})
READ_ONLY = "25006"  # What PostgreSQL says while it only follows another server.
FAULTS = (DatabaseError, InterfaceError, redis.StoreError, NoBroker)

log = structlog.get_logger(__name__)


@dataclass
class Patience:
    """How long this process waits for one answer of the database; None: as long as it takes."""

    seconds: float | None = None


patience = Patience()


def serve_people() -> None:
    """From here on this process waits no longer than somebody in front of a page does."""
    patience.seconds = SECONDS_FOR_A_PAGE
    connection_created.connect(limit_waits, dispatch_uid="andre.core.stores")


def limit_waits(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """PostgreSQL's connections limit themselves (andre/core/postgres.py)."""
    if connection.vendor == "sqlite" and patience.seconds is not None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {round(patience.seconds * 1000)}")


def refusal_for(error: BaseException) -> Refusal | None:
    """What is said of a store that does not answer; None for a fault of another kind."""
    if not is_away(error):
        return None
    log.warning("store_unavailable", error=f"{type(error).__name__}: {error}")
    return Refusal(
        "unavailable",
        "What Andre keeps cannot be read or written just now. Please try again in a minute.",
    )


def is_away(error: BaseException) -> bool:
    if isinstance(error, DatabaseError | InterfaceError):
        return is_of_the_database(error)
    return isinstance(error, NoBroker) or redis.is_away(error)


def is_of_the_database(error: DatabaseError | InterfaceError) -> bool:
    """Both databases call some faults of ours operational, too: a table that is not there."""
    cause = error.__cause__
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return code & 0xFF in SQLITE_CODES  # Above these bits it is told more exactly.
    if getattr(cause, "sqlstate", None) == READ_ONLY:
        return True
    return isinstance(error, OperationalError | InterfaceError)
