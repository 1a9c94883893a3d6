"""The one way of a command, for sockets, HTTP, the operators' pages and programs of this server.

    permission → rate limit → feature → plan → idempotency → handler → hooks (log, audit, figures)

All of it is one span where spans are taken.

Parsing comes before (andre/protocol/frames.py). A command of a nest is done once under its id by
the script that carries it out; an act about a whole nest claims its id first, because after a
deletion there is no nest to ask for a right in.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from andre.accounts.credentials import close_db_connections
from andre.core import (
    command_hooks,
    command_replies,
    features,
    permissions,
    rate_limits,
    throttle,
)
from andre.core.command_hooks import CommandOutcome
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.commands import Command, CreateNest, NestAct, OneNestAct
from andre.protocol.frames import Answer
from andre.telemetry.spans import span
from bender.commands import HANDLERS as BENDER_HANDLERS
from nests.commands import HANDLERS as NEST_HANDLERS
from nests.console import gates
from nests.membership.actors import act_as_of_now, act_in_named_nest
from player.commands import HANDLERS as PLAYER_HANDLERS

HANDLERS: dict[type[Command], Callable[[CommandContext, Any], Answer]] = {
    **NEST_HANDLERS,
    **PLAYER_HANDLERS,
    **BENDER_HANDLERS,
}


def dispatch_command(act: CommandContext, command: Command) -> Answer:
    """Carry out a command and give its answer's fields. Raises Refusal."""
    try:
        with span("command", command.kind()):
            if isinstance(command, NestAct):
                work = partial(carry_out_act, act, command)
                return command_replies.answer_once(act.user, command, work)
            return carry_out(act_as_of_now(act, command).with_command_id(command), command)
    finally:
        close_db_connections()


def carry_out_act(act: CommandContext, command: NestAct) -> Answer:
    if isinstance(command, OneNestAct):
        act = act_in_named_nest(act, command.nest)
    if isinstance(command, CreateNest):
        act = gates.note_plan(act)
    return carry_out(act, command)


def carry_out(act: CommandContext, command: Command) -> Answer:
    begun, outcome = time.perf_counter(), command_hooks.FAILED
    answer: Answer = {}
    try:
        permissions.require_rights(act.actor, command)
        throttle.consume_turn(act, command)
        rate_limits.consume_command(act, command)
        features.require_switched_on(command.kind())
        gates.require_plan(act, command)
        answer = HANDLERS[type(command)](act, command)
        outcome = command_hooks.DONE
        return answer
    except Refusal as refusal:
        outcome = refusal.code
        raise
    finally:
        seconds = time.perf_counter() - begun
        command_hooks.report_outcome(CommandOutcome(act, command, outcome, seconds, answer))
