"""Who is in a nest, and who has asked to be."""

import json
from typing import Any

from andre.accounts.display_names import names_of
from andre.core.keys import NestKeys
from andre.core.person_ids import public_person
from andre.core.redis import redis
from nests.door import decisions


def read_roster(nest: str) -> list[dict[str, Any]]:
    """By name; who waits after who is in."""
    keys = NestKeys(nest)
    addresses = [str(each) for each in redis().smembers(keys.members)]
    faces = redis().hmget(keys.people, addresses) if addresses else []
    known = dict(zip(addresses, faces, strict=True))
    names = names_of([each for each, face in known.items() if face is None])
    people = [
        json.loads(face) if face else public_person(each, names[each])
        for each, face in known.items()
    ]
    people.sort(key=lambda person: str(person["name"]).casefold())
    inside = [{"person": person, "status": "APPROVED"} for person in people]
    asking = [
        {"person": each["person"], "status": "PENDING"} for each in decisions.list_waiting(nest)
    ]
    return inside + asking
