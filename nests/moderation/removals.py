"""Whom a moderator has sent out: asked by connections, which may not have been told."""

import json

from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.events import SentOut


def find_removal(nest: str, email: str, since_ms: int) -> SentOut | None:
    """Of somebody who has been here since then; None for who may stay."""
    keys, person = NestKeys(nest), person_id(email)
    pipe = redis().pipeline(transaction=True)
    pipe.hget(keys.bans, person)
    pipe.hget(keys.kicks, person)
    ban, kick = (kept and json.loads(kept) for kept in pipe.execute())
    if ban:
        return SentOut(banned=True, reason=ban["reason"])
    if kick and kick["at_ms"] > since_ms:
        return SentOut(banned=False, reason=kick["reason"])
    return None
