"""Tickets: a WebSocket for programs that can hand over an address and nothing else.

Whoever is let in asks for one; it opens one socket of one nest, once, within half a minute.
"""

import json
import secrets

from andre.accounts.credentials import Credential, revalidate
from andre.core.keys import ticket
from andre.core.redis import redis

TICKET_BYTES = 32
TICKET_SECONDS = 30


def issue(credential: Credential, nest: str) -> str:
    """A ticket for this nest, for whoever has this credential, and only while it is good."""
    token = secrets.token_urlsafe(TICKET_BYTES)
    proof = {"kind": credential.kind, "name": credential.name, "ends_at": credential.ends_at}
    redis().set(ticket(token), json.dumps({"proof": proof, "nest": nest}), ex=TICKET_SECONDS)
    return token


def redeem(token: str, nest: str) -> Credential | None:
    """The credential it was issued on, if for this nest; in any case it is used up now."""
    found = redis().getdel(ticket(token))
    bound = json.loads(str(found)) if found else {}
    return revalidate(**bound["proof"]) if bound.get("nest") == nest else None
