"""What moderators see: who is muted or banned, and what was done lately."""

import json
from collections.abc import Iterable
from typing import Any

from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis

NOBODY = {"id": "", "name": "", "picture": "", "is_guest": False}


def read_moderation(nest: str) -> dict[str, list[dict[str, Any]]]:
    """In one step, people as the wire shows them."""
    keys = NestKeys(nest)
    pipe = redis().pipeline(transaction=True)
    pipe.hgetall(keys.people)
    pipe.hgetall(keys.mutes)
    pipe.hgetall(keys.bans)
    pipe.lrange(keys.moderation_log, 0, -1)
    people, muted, banned, acts = pipe.execute()
    faces = {face["id"]: face for face in map(json.loads, people.values())}
    return {
        "muted": describe_decisions(muted, faces),
        "banned": describe_decisions(banned, faces),
        "acts": [json.loads(act) for act in acts],
    }


def read_bans(nests: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Of each of these nests, the latest first; in two round trips however many they are.

    Beside each stands the `address` of the person, for whoever runs the server: empty where the
    nest has forgotten them.
    """
    asked = list(nests)
    bans = read_hashes([NestKeys(nest).bans for nest in asked])
    banning = {nest: kept for nest, kept in zip(asked, bans, strict=True) if kept}
    people = read_hashes([NestKeys(nest).people for nest in banning])
    found = {}
    for (nest, kept), known in zip(banning.items(), people, strict=True):
        faces = {face["id"]: face for face in map(json.loads, known.values())}
        addresses = {person_id(email): email for email in known}
        found[nest] = [
            each | {"address": addresses.get(each["person"]["id"], "")}
            for each in describe_decisions(kept, faces)
        ]
    return found


def read_hashes(keys: list[str]) -> list[dict[str, str]]:
    pipe = redis().pipeline(transaction=False)
    for key in keys:
        pipe.hgetall(key)
    found: list[dict[str, str]] = pipe.execute()
    return found


def describe_decisions(
    decisions: dict[str, str], faces: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The latest first."""
    found = [
        kept
        | {
            "person": faces.get(target, NOBODY | {"id": target}),
            "by": faces.get(kept["by"], NOBODY | {"id": kept["by"]}),
        }
        for target, text in decisions.items()
        for kept in [json.loads(text)]
    ]
    return sorted(found, key=lambda each: each["at_ms"], reverse=True)
