"""Command to handler, for sockets and HTTP alike."""

from collections.abc import Callable
from typing import Any

from django.db import close_old_connections

from andre.act import Act
from andre.protocol.commands import Command
from andre.protocol.frames import Answer
from bender.handlers import HANDLERS as BENDER_HANDLERS
from nests.handlers import HANDLERS as NEST_HANDLERS
from player.handlers import HANDLERS as PLAYER_HANDLERS

HANDLERS: dict[type[Command], Callable[[Act, Any], Answer]] = {
    **NEST_HANDLERS,
    **PLAYER_HANDLERS,
    **BENDER_HANDLERS,
}


def perform(act: Act, command: Command) -> Answer:
    """Carry out a command and give its answer's fields. Raises Refusal."""
    try:
        return HANDLERS[type(command)](act.once(command), command)
    finally:
        close_old_connections()
