"""Who is in a nest: members by the door, listeners by connection, told in gathered events."""

import json
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, NotAMember
from andre.core.keys import MAIN, NestKeys, address, person_group
from andre.core.redis import redis
from nests.registry import store
from nests.scripts import lua
from nests.signals import nest_emptied, nest_woken

ALIVE_SECONDS = 90


def enter(act: CommandContext, connection: str) -> None:
    """One more connection of a person. Raises NoSuchNest."""
    face = json.dumps({"name": act.name, "picture": act.picture})
    try:
        reply = lua.enter(act, connection=connection, face=face)
    except NoSuchNest:
        if act.nest != MAIN:
            raise
        store.ensure_main()
        reply = lua.enter(act, connection=connection, face=face)
    if reply[2] == "woken":
        nest_woken.send(sender=None, nest=act.nest)


def leave(act: CommandContext, connection: str) -> None:
    """One connection less. Leaving a nest that is gone is no fault."""
    try:
        reply = lua.leave(act, connection=connection)
    except NoSuchNest:
        return
    if reply[-1] == "emptied":
        nest_emptied.send(sender=None, nest=act.nest)


def admit(act: CommandContext) -> None:
    """The door lets somebody in before any connection. Raises NoSuchNest."""
    lua.admit(act)


def disconnect_everywhere(act: CommandContext) -> None:
    """Somebody leaves for good; what is still connected is closed. Raises NoSuchNest."""
    match lua.dismiss(act):
        case ["dismissed", "was here", emptied]:
            publish_left(act)
            publish_presence(act.nest)
            if emptied:
                nest_emptied.send(sender=None, nest=act.nest)


def publish_left(act: CommandContext) -> None:
    layer = get_channel_layer()
    if layer is not None:
        group = person_group(act.nest, act.user)
        async_to_sync(layer.group_send)(group, {"type": "person.left"})


def require_member(act: CommandContext) -> None:
    """Raises NotAMember for whom the door has not let in, or who has left."""
    if not is_member(act.nest, act.user):
        raise NotAMember


def is_member(nest: str, email: str) -> bool:
    return bool(redis().sismember(NestKeys(nest).members, email))


def nests_of(email: str, among: Iterable[str]) -> set[str]:
    """In which of these nests somebody is a member."""
    asked = list(among)
    pipe = redis().pipeline(transaction=False)
    for nest in asked:
        pipe.sismember(NestKeys(nest).members, email)
    return {nest for nest, is_in in zip(asked, pipe.execute(), strict=True) if is_in}


def refresh(nest: str, beats: Iterable[tuple[str, str]]) -> None:
    """The beats of (address, connection id) that one process holds. Raises NoSuchNest."""
    match lua.refresh_members(CommandContext(nest), beats=json.dumps(list(beats))):
        case ["refreshed", _, back, woken]:
            if back:
                publish_presence(nest)
            if woken:
                nest_woken.send(sender=None, nest=nest)


def keep_alive(nest: str, email: str, seconds: int = ALIVE_SECONDS) -> None:
    """A sign of life of one person, whatever the connection. Raises NoSuchNest."""
    lua.keep_alive(CommandContext(nest, address(email)), seconds=seconds)


def publish_presence(nest: str) -> None:
    try:
        lua.publish_presence(CommandContext(nest))
    except NoSuchNest:
        return


def prune(nest: str) -> None:
    """Let go of whoever crashed, and tell it."""
    try:
        reply = lua.prune_members(CommandContext(nest))
    except NoSuchNest:
        return
    if reply[2] == "emptied":
        nest_emptied.send(sender=None, nest=nest)
    publish_presence(nest)
