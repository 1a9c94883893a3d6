"""Who somebody is in a nest, as the rules of andre/core/permissions.py ask it."""

from dataclasses import replace

from andre.accounts.credentials import Credential
from andre.accounts.identity import VISIT_ENDED
from andre.accounts.roles import Role
from andre.core import permissions
from andre.core.context import Actor, CommandContext, NestRole
from andre.core.errors import NoSuchNest, Refusal
from andre.core.redis import redis
from andre.protocol.commands import Command
from andre.protocol.nest_settings import NEST_SETTINGS
from nests.door import refusals
from nests.membership import members
from nests.registry import store
from nests.registry.lookup import look_up
from nests.registry.records import Nest


def actor_of(credential: Credential) -> Actor:
    """Who it is, in no nest yet."""
    seat = credential.seat
    return Actor(
        user=seat.email,
        name=seat.name,
        picture=seat.picture,
        house_role=seat.role,
        credential=credential.kind,
        guest_nest=seat.guest_nest,
    )


def actor_in(nest: Nest, credential: Credential, *, is_member: bool | None = None) -> Actor:
    """Who it is, in this nest.

    `is_member` spares the question where the answer is known: a socket has joined.
    Raises Refusal `unavailable` where Redis cannot say who is a member.
    """
    return in_nest(nest, actor_of(credential), is_member=is_member)


def act_in_named_nest(act: CommandContext, name: str) -> CommandContext:
    """The same act in the nest that goes by this code, slug or vanity code.

    Raises NoSuchNest, and Refusal `rate_limited` for who tries out codes.
    """
    if act.actor.is_house:
        nest = store.get_nest(name)
    else:
        nest = look_up(name, act.user, act.client_address)
    return replace(act, nest=nest.nest_id, actor=in_nest(nest, act.actor))


def act_as_of_now(act: CommandContext, command: Command) -> CommandContext:
    """A guest's rights follow the nest's settings, and the DJ changes: a socket lives longer.

    Raises Refusal `pass_ended` where guests have been switched off since.
    """
    if not act.nest or act.actor.is_house:
        return act
    if act.actor.guest_nest:
        act = replace(act, actor=in_nest(store.get_nest(act.nest), act.actor))
    if not permissions.ASK_FOR_DJ.isdisjoint(command.rights):
        act = replace(act, actor=beside_dj(act))
    return act


def beside_dj(act: CommandContext) -> Actor:
    """As the nest's own memory says it at this moment."""
    mode, dj = redis().hmget(act.keys.nest_state, "control_mode", "dj")
    has_dj = mode == "dj"
    return replace(act.actor, has_dj=has_dj, is_dj=has_dj and dj == act.user)


def in_nest(nest: Nest, actor: Actor, *, is_member: bool | None = None) -> Actor:
    """Raises NoSuchNest for a guest of another nest, Refusal `pass_ended` where guests are off, and
    Banned where it is not known already that they are in.
    """
    role = nest_role(nest, actor, is_member=is_member)
    if role in ("guest", "none") and is_member is None:
        refusals.require_not_banned(nest.nest_id, actor.user)
    is_open = open_to_guests(nest) if role == "guest" else frozenset()
    return replace(
        actor,
        nest_role=role,
        is_main=nest.is_main,
        has_dj=nest.has_dj,
        is_dj=nest.has_dj and nest.is_dj(actor.user),
        open_to_guests=is_open,
    )


def open_to_guests(nest: Nest) -> frozenset[str]:
    """The switches of the group "Guests" that are on.

    Raises Refusal `pass_ended` in a nest without guests.
    """
    rows = (row for row in NEST_SETTINGS.values() if row.group == "Guests")
    switches = frozenset(
        row.name for row in rows if row.kind == "switch" and nest.setting(row.name)
    )
    if "guests" not in switches:
        raise Refusal("pass_ended", VISIT_ENDED)
    return switches


def nest_role(nest: Nest, actor: Actor, *, is_member: bool | None) -> NestRole:
    """The owner of a home has the rights of the creator in every nest; a guest those of one.

    Raises NoSuchNest for a guest of another nest.
    """
    if actor.guest_nest:
        if actor.guest_nest != nest.nest_id:
            raise NoSuchNest
        return "guest"
    if nest.creator == actor.user or actor.house_role == Role.OWNER:
        return "creator"
    if is_member is None:
        is_member = members.is_member(nest.nest_id, actor.user)
    return "member" if is_member else "none"
