"""What operators do with a nest, each for a reason: for the pages and for their twins over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys, log_name
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.commands import (
    BanListener,
    ChangeNestSettings,
    Command,
    DeleteNest,
    KickListener,
    UnbanListener,
)
from andre.web import dispatch
from nests.guests import invitations
from nests.moderation import listing, throttling
from nests.registry import store, vanity_transfer
from nests.registry.records import Nest

BY_OPERATOR = "by an operator: "
MAIN_STAYS = "The Main Nest stays."
NO_INVITATION = "This nest has no open invitation."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Why:
    """Who is answerable for an act, by address, and their reason."""

    operator: str
    reason: str

    @property
    def actor(self) -> Actor:
        """In the nest it is the house that acts."""
        return Actor(credential="admin", operator=self.operator, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Operation:
    """`title` is what its button says, `done` what is said of the nest afterwards, `sentence` what
    comes of it. `is_about_person`: it is done to somebody, by id or address.
    """

    title: str
    done: str
    sentence: str
    carry_out: Callable[[Nest, Why, str], None]
    is_about_person: bool = False


def change_settings(**wishes: Any) -> Callable[[Nest, Why, str], None]:
    def carry_out(nest: Nest, why: Why, _: str) -> None:
        send_for_operator(nest, why, ChangeNestSettings.model_validate(wishes))

    return carry_out


def make_private(nest: Nest, why: Why, _: str) -> None:
    """People then come in as the nest says; where it says nothing, they wait to be let in."""
    wishes = {"is_private": True, "entry_mode": nest.setting("entry_mode") or "approval"}
    send_for_operator(nest, why, ChangeNestSettings.model_validate(wishes))


def kick_for_operator(nest: Nest, why: Why, person: str) -> None:
    send_for_operator(nest, why, KickListener(person=person, reason=why.reason))


def ban_for_operator(nest: Nest, why: Why, person: str) -> None:
    send_for_operator(nest, why, BanListener(person=person, reason=why.reason))


def unban_for_operator(nest: Nest, why: Why, person: str) -> None:
    """Raises Refusal `not_found` for who is not banned."""
    whom = person_id(person.lower()) if "@" in person else person
    if not redis().hexists(NestKeys(nest.nest_id).bans, whom):
        raise Refusal("not_found", "They are not banned from this nest.")
    send_for_operator(nest, why, UnbanListener(person=person))


def rotate_invitation(nest: Nest, why: Why, _: str) -> None:
    """Raises Refusal `not_found` where there is none to renew."""
    if invitations.renew_alike(nest, why.operator, why.reason) is None:
        raise Refusal("not_found", NO_INVITATION)


def slow_nest(nest: Nest, why: Why, *, a_minute: int, minutes: int) -> Nest:
    """Limit what its people do, for a while; gives the nest. Raises Refusal and NoSuchNest."""
    act = CommandContext(nest.nest_id, why.actor)
    throttling.slow_nest(act, a_minute=a_minute, minutes=minutes)
    log_act("throttle", nest, why)
    return nest


def end_throttle(nest: Nest, why: Why, _: str) -> None:
    """Raises Refusal `not_found` where it is not slowed."""
    throttling.end_throttle(CommandContext(nest.nest_id, why.actor))


def transfer_vanity(giver: Nest, taker: Nest, why: Why) -> Nest:
    """Gives the taker, as it is then. Raises Refusal and NoSuchNest."""
    vanity_transfer.transfer_vanity(why.actor, giver, taker)
    log_act("transfer", giver, why)
    return store.get_nest(taker.nest_id)


def send_for_operator(nest: Nest, why: Why, command: Command) -> None:
    """Through the one pipeline, whose audit names the operator and the reason. Raises Refusal."""
    dispatch.dispatch_command(CommandContext(nest.nest_id, why.actor), command)


OPERATIONS: dict[str, Operation] = {
    "lock": Operation(
        "Lock the nest",
        "is locked",
        "Nobody new comes in but who is let in by name. Who is in stays.",
        change_settings(locked=True),
    ),
    "unlock": Operation(
        "Unlock the nest",
        "is open again",
        "Whoever may come in comes in again.",
        change_settings(locked=False),
    ),
    "private": Operation(
        "Make the nest private",
        "is private",
        "It is in no list, and nobody comes in by its code alone.",
        make_private,
    ),
    "public": Operation(
        "Make the nest public",
        "is public",
        "It is in the list, and whoever is signed in comes in by its code.",
        change_settings(is_private=False),
    ),
    "rotate": Operation(
        "Renew the invitation",
        "has another invitation",
        "The link that guests had ends at once; whoever is in stays.",
        rotate_invitation,
    ),
    "unthrottle": Operation(
        "End the throttle",
        "goes at its own pace again",
        "What people do in it is limited as in any other nest, from now on.",
        end_throttle,
    ),
    "release": Operation(
        "Release the vanity code",
        "has no vanity code any more",
        "The address that its creator chose is free at once; its code and its slug stay.",
        change_settings(vanity_code=None),
    ),
    "kick": Operation(
        "Send somebody out",
        "is without them",
        "What they have open in this nest is closed, and they are told why. They may come back.",
        kick_for_operator,
        is_about_person=True,
    ),
    "ban": Operation(
        "Ban somebody",
        "is closed to them",
        "They are sent out, are told why, and stay out until somebody unbans them.",
        ban_for_operator,
        is_about_person=True,
    ),
    "unban": Operation(
        "Unban somebody",
        "is open to them again",
        "They may come in again, as anybody may.",
        unban_for_operator,
        is_about_person=True,
    ),
}


def operate(name: str, nest: Nest, why: Why, person: str = "") -> Nest:
    """Carry one of OPERATIONS out, and give the nest as it is then. Raises Refusal."""
    OPERATIONS[name].carry_out(nest, why, person)
    log_act(name, nest, why)
    return store.get_nest(nest.nest_id)


def log_act(name: str, nest: Nest, why: Why) -> None:
    by = log_name(why.operator)
    log.warning("operator_acted", act=name, nest=nest.nest_id, reason=why.reason, by=by)


def end_nest(nest: Nest, why: Why) -> None:
    """For good. Raises Refusal `forbidden` for the Main Nest, NoSuchNest for one that is gone."""
    if nest.is_main:
        raise Refusal("forbidden", MAIN_STAYS)
    command = DeleteNest(nest=nest.nest_id, reason=f"{BY_OPERATOR}{why.reason}")
    dispatch.dispatch_command(CommandContext("", why.actor), command)
    log.warning(
        "nest_force_deleted", nest=nest.nest_id, reason=why.reason, by=log_name(why.operator)
    )


@dataclass(frozen=True, slots=True)
class Ban:
    """`person` and `by` as the wire shows people; `by` has an empty id where an operator decided.

    `address` is the person's, empty where the nest has forgotten them.
    """

    nest: Nest
    person: dict[str, Any]
    address: str
    by: dict[str, Any]
    reason: str
    at_ms: int


def list_bans(words: str = "") -> list[Ban]:
    """Of every nest, the latest first; `words` stand in the nest's code or name, or name them."""
    nests = {nest.nest_id: nest for nest in store.list_nests()}
    found = [
        Ban(nests[nest_id], **ban)
        for nest_id, bans in listing.read_bans(nests).items()
        for ban in bans
    ]
    fitting = [ban for ban in found if words.lower() in words_of(ban)]
    return sorted(fitting, key=lambda ban: ban.at_ms, reverse=True)


def words_of(ban: Ban) -> str:
    named = (ban.nest.code, ban.nest.name, ban.person["name"], ban.address, ban.person["id"])
    return " ".join(named).lower()
