"""What one of many must not do to the others: a failure is logged, and the work goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from andre.core.errors import Refusal

log = structlog.get_logger(__name__)


@contextmanager
def log_failure(event: str, **where: str) -> Iterator[None]:
    """Log whatever is raised inside, with its traceback, and go on.

    A store that does not answer is raised all the same: it does not answer the next one either,
    and every further try costs a time-out.
    """
    try:
        yield
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        # Broad on purpose: whichever bug one nest has met, the nests behind it are swept.
        if isinstance(error, Refusal) and error.code == "unavailable":
            raise
        log.exception(event, **where)
