"""Tickets: a WebSocket for programs that can hand over an address and nothing else.

Whoever is signed in asks for one; it opens one socket of one nest, once, within half a minute.
"""

import json
import secrets

from andre.keys import ticket
from andre.redis import redis

TICKET_BYTES = 32
TICKET_SECONDS = 30


def issue(session_key: str, nest: str) -> str:
    """A ticket for this nest, of whoever is signed in on this session, and only while they are."""
    token = secrets.token_urlsafe(TICKET_BYTES)
    bound = json.dumps({"session_key": session_key, "nest": nest})
    redis().set(ticket(token), bound, ex=TICKET_SECONDS)
    return token


def redeem(token: str, nest: str) -> str | None:
    """The session it was issued on, if for this nest; in any case it is used up now."""
    found = redis().getdel(ticket(token))
    bound = json.loads(str(found)) if found else {}
    return bound["session_key"] if bound.get("nest") == nest else None
