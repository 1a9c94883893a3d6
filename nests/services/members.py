"""Who is in a nest: membership by connection, presence told in gathered events."""

import json
from collections.abc import Iterable

from andre.act import Act
from andre.errors import NoSuchNest
from andre.keys import MAIN, NestKeys
from andre.redis import redis
from nests.lua import lua
from nests.services import rooms
from nests.signals import nest_emptied, nest_woken


def enter(act: Act, connection: str) -> None:
    """One more connection of a person. Raises NoSuchNest."""
    face = json.dumps({"name": act.name, "picture": act.picture})
    try:
        reply = lua.enter(act, connection=connection, face=face)
    except NoSuchNest:
        if act.nest != MAIN:
            raise
        rooms.ensure_main()
        reply = lua.enter(act, connection=connection, face=face)
    if reply[2] == "woken":
        nest_woken.send(sender=None, nest=act.nest)


def leave(act: Act, connection: str) -> None:
    """One connection less. Leaving a nest that is gone is no fault."""
    try:
        reply = lua.leave(act, connection=connection)
    except NoSuchNest:
        return
    if reply[-1] == "emptied":
        nest_emptied.send(sender=None, nest=act.nest)


def refresh(nest: str, beats: Iterable[tuple[str, str]]) -> None:
    """The beats of (address, connection id) that one process holds. Raises NoSuchNest."""
    lua.refresh_members(Act(nest), beats=json.dumps(list(beats)))


def publish_presence(nest: str) -> None:
    try:
        lua.publish_presence(Act(nest))
    except NoSuchNest:
        return


def prune(nest: str) -> None:
    """Let go of whoever crashed, and tell it."""
    try:
        reply = lua.prune_members(Act(nest))
    except NoSuchNest:
        return
    if reply[2] == "emptied":
        nest_emptied.send(sender=None, nest=nest)
    lua.publish_presence(Act(nest))


def count(nest: str) -> int:
    """How many people listen; whoever crashed counts until they are pruned."""
    return int(redis().scard(NestKeys(nest).members))
