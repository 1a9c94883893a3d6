"""Who looks after a nest mutes, kicks and bans; each decision is one script, told to everybody."""

import json
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.accounts.models import Person
from andre.core import permissions
from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys, person_group
from andre.core.person_ids import person_id
from andre.core.redis import Reply, redis
from andre.protocol.frames import Answer
from nests.membership import members
from nests.membership.actors import in_nest
from nests.registry import store
from nests.scripts import lua
from nests.signals import nest_emptied


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a decision is about; without an address where the nest has forgotten them."""

    id: str
    face: str
    address: str = ""


def mute(act: CommandContext, person: str, reason: str) -> Answer:
    """Raises Refusal."""
    whom = require_target(act, person)
    return rev_in(lua.mute_listener(act, target=whom.id, whom=whom.face, reason=reason))


def unmute(act: CommandContext, person: str) -> Answer:
    whom = find_target(act.nest, person)
    return rev_in(lua.unmute_listener(act, target=whom.id, whom=whom.face))


def kick(act: CommandContext, person: str, reason: str) -> Answer:
    """Raises Refusal."""
    whom = require_target(act, person)
    reply = lua.kick_listener(
        act, person=whom.address, target=whom.id, whom=whom.face, reason=reason
    )
    if reply == ["absent"]:
        raise Refusal("not_found", "They are not listening here.")
    if reply[0] == "kicked":
        send_out(act.nest, whom, reason, emptied=bool(reply[2]), banned=False)
    return rev_in(reply)


def ban(act: CommandContext, person: str, reason: str) -> Answer:
    """Raises Refusal."""
    whom = require_target(act, person)
    reply = lua.ban_listener(
        act, person=whom.address, target=whom.id, whom=whom.face, reason=reason
    )
    if reply[0] == "banned":
        send_out(act.nest, whom, reason, emptied=bool(reply[2]), banned=True)
    return rev_in(reply)


def unban(act: CommandContext, person: str) -> Answer:
    whom = find_target(act.nest, person)
    return rev_in(lua.unban_listener(act, target=whom.id, whom=whom.face))


def rev_in(reply: Reply) -> Answer:
    return {"rev": int(reply[1])}


def send_out(nest: str, whom: Target, reason: str, *, emptied: bool, banned: bool) -> None:
    """Close what they have open, in every process, and tell that they have left."""
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "person.sent_out", "banned": banned, "reason": reason}
        async_to_sync(layer.group_send)(person_group(nest, whom.address), message)
    members.publish_presence(nest)
    if emptied:
        nest_emptied.send(sender=None, nest=nest)


def require_target(act: CommandContext, person: str) -> Target:
    """Raises Refusal for oneself, for who is not known here, and for who looks after the nest."""
    whom = find_target(act.nest, person)
    if whom.id == act.user_id:
        raise Refusal("forbidden", "You cannot do this to yourself.")
    if not whom.address:
        raise Refusal("not_found", "Nobody with this id has been in this nest.")
    if is_moderator(act.nest, whom.address):
        raise Refusal("forbidden", "They look after this nest, so this cannot be done to them.")
    return whom


def find_target(nest: str, person: str) -> Target:
    """By id or address."""
    wanted = person_id(person.lower()) if "@" in person else person
    people: dict[str, str] = redis().hgetall(NestKeys(nest).people)
    for address, face in people.items():
        if person_id(address) == wanted:
            return Target(wanted, face, address)
    unknown = {"id": wanted, "name": "", "picture": "", "is_guest": False}
    return Target(wanted, json.dumps(unknown))


def is_moderator(nest_id: str, address: str) -> bool:
    role = Person.objects.filter(email=address).values_list("role", flat=True).first()
    actor = in_nest(store.get_nest(nest_id), Actor(address, house_role=role or ""), is_member=True)
    return permissions.is_allowed(actor, "ban_listener")
