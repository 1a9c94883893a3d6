"""A vanity code goes from one nest to another, in one step: nobody else gets it in between."""

from dataclasses import replace

from django.db import transaction

from andre.audit import trail
from andre.audit.models import Action
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.plans import plans
from nests.registry import naming, records, vanity_codes
from nests.registry.naming import TRIES
from nests.registry.records import Nest, RegistryNames
from nests.scripts import lua

NO_SUCH_CODE = "There is no nest with this vanity code."


def transfer_vanity(actor: Actor, giver: Nest, taker: Nest) -> None:
    """The giver is found by its code and its slug from now on; both nests are told.

    `actor` is an operator, who is in the audit of both. Raises Refusal, and NoSuchNest where the
    giver has no vanity code any more.
    """
    code = giver.vanity_code
    if code is None:
        raise NoSuchNest(NO_SUCH_CODE)
    with transaction.atomic():
        for nest in (giver, taker):
            trail.record_event(
                Action.VANITY_TRANSFERRED,
                actor=actor.operator,
                credential=actor.credential,
                nest_id=nest.nest_id,
                reason=actor.reason,
                details={"code": code, "from": giver.nest_id, "to": taker.nest_id},
            )
        found = rewrite_both(code, giver.nest_id, taker.nest_id)
    for nest in found:
        naming.announce_name(CommandContext(nest.nest_id, actor), nest)


def rewrite_both(code: str, giver_id: str, taker_id: str) -> tuple[Nest, Nest]:
    """Compare and set, of both or of none. Raises Refusal and NoSuchNest."""
    for _ in range(TRIES):
        texts: list[str | None] = redis().hmget(GLOBAL.registry, [giver_id, taker_id])
        giver_text, taker_text = texts
        if giver_text is None or taker_text is None:
            raise NoSuchNest
        giver, taker = records.parse_nest(giver_text), records.parse_nest(taker_text)
        require_transferable(code, giver, taker)
        without, having = replace(giver, vanity_code=None), replace(taker, vanity_code=code)
        reply = lua.transfer_vanity(
            RegistryNames(giver_id, vanity=code),
            giver=giver_id,
            giver_before=giver_text,
            giver_after=records.rewritten(giver_text, giver, without),
            taker=taker_id,
            taker_before=taker_text,
            taker_after=records.rewritten(taker_text, taker, having),
        )
        match reply:
            case ["transferred"]:
                return without, having
            case ["missing"]:
                raise NoSuchNest
    raise Refusal("unavailable", "The nests change too fast. Please try again.")


def require_transferable(code: str, giver: Nest, taker: Nest) -> None:
    """Raises Refusal and NoSuchNest: the taker has to be one that could claim this code itself."""
    if giver.vanity_code != code:
        raise NoSuchNest(NO_SUCH_CODE)
    if giver.nest_id == taker.nest_id:
        raise Refusal("validation_error", "This nest has this vanity code already.")
    vanity_codes.validate_vanity(code, taker)
    if taker.vanity_code is not None:
        raise Refusal(
            "vanity_taken",
            f"{taker.name} has the vanity code {taker.vanity_code}. Release that one first.",
        )
    plans.require_features(taker.creator, ["vanity"])
