"""What becomes of a nest whose DJ does not come back: one decision, whoever asks for it.

It is asked for when somebody comes in, by beat, and by `manage.py expire_nests`. The nest's own
memory says whether it waits, and until when; the registry follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import structlog

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.core.failure_log import log_failure
from nests.hooks import hooks
from nests.lifecycle import deletion
from nests.registry import records, settings, states
from nests.registry.records import Nest
from nests.scripts import lua
from nests.signals import dj_returned, nest_set

log = structlog.get_logger(__name__)

Outcome = Literal["none", "running", "opened", "expired"]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many nests began to wait for their DJ, and how many had waited long enough."""

    waiting: int
    expired: int


def decide_grace(nest: Nest) -> Outcome:
    """End a nest that has waited in vain, or let everybody control what plays there."""
    try:
        reply = lua.read_grace(CommandContext(nest.nest_id))
    except NoSuchNest:
        return "none"
    if reply != ["none"]:
        # Whoever began it may have died before the registry heard of it.
        states.follow_grace(nest.nest_id)
    match reply:
        case ["over", "closes"]:
            return expire(nest)
        case ["over", _]:
            return open_control(nest)
        case ["running"]:
            return "running"
        case ["returned"]:  # Whoever let them in died before the music went on.
            dj_returned.send(sender=None, nest=nest.nest_id)
            return "none"
        case _:
            return "none"


def expire(nest: Nest) -> Outcome:
    if not states.mark(nest.nest_id, states.EXPIRED):
        return "none"
    deletion.delete(nest, deletion.DJ_STAYED_AWAY)
    return "expired"


def open_control(nest: Nest) -> Outcome:
    shown = settings.describe_shown(nest.nest_id)
    if lua.open_control(CommandContext(nest.nest_id), shown=shown) != ["opened"]:
        return "none"
    settings.keep_registered(nest.nest_id)
    states.follow_grace(nest.nest_id)
    nest_set.send(sender=None, nest=nest.nest_id)
    log.info("nest_opened", nest=nest.nest_id, reason=deletion.DJ_STAYED_AWAY)
    return "opened"


def expire_nests() -> int:
    """Decide about every nest; how many have expired."""
    return decide_each(records.read_all(), decide_grace).count("expired")


def recover_nests() -> Recovery:
    """Nests whose DJ shows no sign of life, because what was known of who listens is lost."""
    live = [nest for nest in records.read_all() if nest.state == states.LIVE and nest.has_dj]
    outcomes = decide_each(live, recover)
    return Recovery(waiting=outcomes.count("running"), expired=outcomes.count("expired"))


def recover(nest: Nest) -> Outcome:
    hooks.start_grace(nest.nest_id)
    return decide_grace(nest)


def decide_each(nests: list[Nest], decide: Callable[[Nest], Outcome]) -> list[Outcome]:
    """One that fails is logged, and keeps none from the rest."""
    outcomes: list[Outcome] = []
    for nest in nests:
        with log_failure("nest_not_settled", nest=nest.nest_id):
            outcomes.append(decide(nest))
    return outcomes
