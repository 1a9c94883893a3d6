"""What is written to the log, exactly as it is written.

(structlog's own `capture_logs` misses loggers that were used before a reconfiguration.)
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from andre.telemetry.logs import line_formatter


class Log(StringIO):
    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, *events: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] in events]


@contextmanager
def logged() -> Iterator[Log]:
    log = Log()
    handler = logging.StreamHandler(log)
    handler.setFormatter(line_formatter())
    logging.getLogger().addHandler(handler)
    try:
        yield log
    finally:
        logging.getLogger().removeHandler(handler)
