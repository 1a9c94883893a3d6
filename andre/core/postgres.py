"""A connection to PostgreSQL that is not waited for longer than its process has patience."""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from andre.core.stores import patience

CONNECT_SECONDS = 3
POOL: dict[str, Any] = {
    "timeout": 2,
    # A failed attempt is given up soon: the next request begins another one at once, instead of
    # waiting for an attempt that was put off by minutes while the server was away.
    "reconnect_timeout": 1,
    "max_idle": 60,
}
# A server that is gone without a word is noticed by the kernel, also where nobody waits.
LINE: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class LimitedConnection(psycopg.Connection[TupleRow]):
    """Where no answer comes in time it is closed, for nobody knows what it would say later."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401
        limit = patience.seconds if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise
