"""The id of a request: the caller's if it is a sane one, else a new one; in every line of it."""

import re
import uuid

import structlog

SANE_ID = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")


def bind_request(offered: str | None) -> str:
    """Begins a request, or a socket: what was bound before belongs to another."""
    request_id = offered if offered and SANE_ID.fullmatch(offered) else str(uuid.uuid4())
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id
