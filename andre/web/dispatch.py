"""Command to handler, for sockets and HTTP alike."""

from collections.abc import Callable
from typing import Any

from django.db import close_old_connections

from andre.core.context import CommandContext
from andre.protocol.commands import Command
from andre.protocol.frames import Answer
from bender.commands import HANDLERS as BENDER_HANDLERS
from nests.commands import HANDLERS as NEST_HANDLERS
from player.commands import HANDLERS as PLAYER_HANDLERS

HANDLERS: dict[type[Command], Callable[[CommandContext, Any], Answer]] = {
    **NEST_HANDLERS,
    **PLAYER_HANDLERS,
    **BENDER_HANDLERS,
}


def dispatch_command(act: CommandContext, command: Command) -> Answer:
    """Carry out a command and give its answer's fields. Raises Refusal."""
    try:
        return HANDLERS[type(command)](act.with_command_id(command), command)
    finally:
        close_old_connections()
