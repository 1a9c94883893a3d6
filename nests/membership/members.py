"""Who is in a nest: members by the door, listeners by connection, told in gathered events."""

import json
from collections.abc import Callable, Iterable
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.core.keys import MAIN, NestKeys, address, person_group
from andre.core.person_ids import public_person
from andre.core.redis import Reply, redis
from nests.door import notices
from nests.door.refusals import EntryRefused, not_a_member, refusal_in, require_not_banned
from nests.lifecycle import grace
from nests.registry import states, store
from nests.scripts import lua
from nests.signals import dj_left, dj_returned, listeners_changed, nest_emptied, nest_woken

ALIVE_SECONDS = 90


def enter(act: CommandContext, connection: str, entry: str = "") -> None:
    """One more connection of a person, let in as by `admit`. Raises NoSuchNest or Refusal."""
    come_in = partial(lua.enter, act, connection=connection, entry=entry or entry_of(act))
    try:
        reply = after_grace(act.nest, come_in)
    except NoSuchNest:
        if act.nest != MAIN:
            raise
        store.ensure_main()
        reply = come_in()
    require_let_in(act, reply)
    _, _, woken, about_dj = reply
    if woken:
        states.mark(act.nest, states.LIVE, coming_from=states.CREATED)
        nest_woken.send(sender=None, nest=act.nest)
    tell_of_dj(act.nest, about_dj)


def after_grace(nest: str, come_in: Callable[[], Reply]) -> Reply:
    """Where a nest has waited in vain for its DJ it is decided first what becomes of it.

    Raises NoSuchNest where that was its end.
    """
    reply = come_in()
    if reply == ["grace_over"]:
        grace.decide_grace(store.get_nest(nest))
        reply = come_in()
    if reply == ["grace_over"]:  # Somebody else is just ending it.
        raise NoSuchNest
    return reply


def tell_of_departures(nest: str, emptied: str, about_dj: str) -> None:
    if emptied:
        nest_emptied.send(sender=None, nest=nest)
    tell_of_dj(nest, about_dj)


def tell_of_dj(nest: str, what: str) -> None:
    """What a script says of the DJ: nothing, as a rule."""
    match what:
        case "dj_left":
            dj_left.send(sender=None, nest=nest)
        case "dj_returned":
            dj_returned.send(sender=None, nest=nest)


def leave(act: CommandContext, connection: str) -> None:
    """One connection less. Leaving a nest that is gone is no fault."""
    try:
        reply = lua.leave(act, connection=connection)
    except NoSuchNest:
        return
    if reply[0] == "left":
        tell_of_departures(act.nest, *reply[1:])


def admit(act: CommandContext, entry: str = "") -> None:
    """The door lets somebody in before any connection.

    `entry` is what they come with: "invitation", or the hash of the password that they know.
    Raises NoSuchNest, Banned, or EntryRefused for who waits, or stays out.
    """
    come_in = partial(lua.admit, act, entry=entry or entry_of(act))
    require_let_in(act, after_grace(act.nest, come_in))


def entry_of(act: CommandContext) -> str:
    """What somebody comes with by being who they are."""
    if act.actor.is_house:
        return "creator"
    return {"creator": "creator", "guest": "pass"}.get(act.actor.nest_role, "")


def require_let_in(act: CommandContext, reply: Reply) -> None:
    """Raises Banned or EntryRefused."""
    refusal = refusal_in(reply)
    if refusal is None:
        return
    if isinstance(refusal, EntryRefused) and refusal.has_knocked:
        notices.tell_waiting(act.nest, public_person(act.user, act.name, act.picture))
    raise refusal


def disconnect_everywhere(act: CommandContext) -> None:
    """Somebody leaves for good; what is still connected is closed. Raises NoSuchNest."""
    match lua.dismiss(act):
        case ["dismissed", "1", emptied, about_dj]:
            publish_left(act)
            publish_presence(act.nest)
            tell_of_departures(act.nest, emptied, about_dj)


def publish_left(act: CommandContext) -> None:
    layer = get_channel_layer()
    if layer is not None:
        group = person_group(act.nest, act.user)
        async_to_sync(layer.group_send)(group, {"type": "person.left"})


def require_member(nest: str, email: str) -> None:
    """Raises NotAMember for whom the door has not let in, or who has left, or Banned."""
    if not is_member(nest, email):
        require_not_banned(nest, email)
        raise not_a_member(nest, email)


def is_member(nest: str, email: str) -> bool:
    return bool(redis().sismember(NestKeys(nest).members, email))


def nests_of(email: str, among: Iterable[str]) -> set[str]:
    """In which of these nests somebody is a member."""
    asked = list(among)
    pipe = redis().pipeline(transaction=False)
    for nest in asked:
        pipe.sismember(NestKeys(nest).members, email)
    return {nest for nest, is_in in zip(asked, pipe.execute(), strict=True) if is_in}


def refresh(nest: str, beats: Iterable[tuple[str, ...]]) -> None:
    """The beats of (address, connection id) that one process holds, and of which device and tab
    they are where that is known. Raises NoSuchNest."""
    match lua.refresh_members(CommandContext(nest), beats=json.dumps(list(beats))):
        case ["refreshed", _, back, woken, about_dj]:
            if back:
                publish_presence(nest)
            if woken:
                nest_woken.send(sender=None, nest=nest)
            tell_of_dj(nest, about_dj)


def keep_alive(nest: str, email: str, seconds: int = ALIVE_SECONDS) -> None:
    """A sign of life of one person, whatever the connection. Raises NoSuchNest."""
    lua.keep_alive(CommandContext(nest), person=address(email), seconds=seconds)


def publish_presence(nest: str) -> None:
    """Tell who came and went since the last time."""
    try:
        reply = lua.publish_presence(CommandContext(nest))
    except NoSuchNest:
        return
    if reply[0] == "published":
        listeners_changed.send(sender=None, nest=nest)


def prune(nest: str) -> None:
    """Let go of whoever crashed, and tell it."""
    try:
        reply = lua.prune_members(CommandContext(nest))
    except NoSuchNest:
        return
    tell_of_departures(nest, *reply[2:])
    publish_presence(nest)
