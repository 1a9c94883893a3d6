"""Who has asked to come in, and what whoever looks after the nest decides."""

import json
from typing import Any

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.frames import Answer
from nests.door import notices
from nests.scripts import lua

NOBODY_WAITS = "Nobody of this name waits here."


def approve_entry(act: CommandContext, person: str) -> Answer:
    """Raises Refusal `not_found`."""
    if lua.approve_listener(act, person=find_waiting(act.nest, person)) == ["absent"]:
        raise Refusal("not_found", NOBODY_WAITS)
    notices.tell_waiting(act.nest)
    return {"approved": True}


def refuse_entry(act: CommandContext, person: str) -> Answer:
    """Raises Refusal `not_found`."""
    if lua.refuse_listener(act, person=find_waiting(act.nest, person)) == ["absent"]:
        raise Refusal("not_found", NOBODY_WAITS)
    notices.tell_waiting(act.nest)
    return {"approved": False}


def find_waiting(nest: str, person: str) -> str:
    """The address of somebody who has asked, by id or address; empty for who has not."""
    wanted = person_id(person.lower()) if "@" in person else person
    asking = map(str, redis().hkeys(NestKeys(nest).door_pending))
    return next((each for each in asking if person_id(each) == wanted), "")


def list_waiting(nest: str) -> list[dict[str, Any]]:
    """Who waits, with the time since when, the first who came first."""
    kept = map(json.loads, redis().hvals(NestKeys(nest).door_pending))
    found = [
        {"person": each["person"], "at_ms": each["at_ms"]}
        for each in kept
        if each["state"] == "pending"
    ]
    return sorted(found, key=lambda each: each["at_ms"])
