"""Commands about the nest itself and the connection, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.rate_limits import consume
from andre.protocol.commands import Beat, ChangeNestSettings, Command, ProbeClock
from andre.protocol.frames import Answer
from nests.registry import settings
from nests.scripts import lua


def change_nest_settings(act: CommandContext, command: ChangeNestSettings) -> Answer:
    consume("settings", act.user)
    return settings.change(act, command.wishes)


def probe_clock(act: CommandContext, command: ProbeClock) -> Answer:
    """For HTTP; a socket is answered at the door, without a thread's turn between."""
    remember(act)
    return {"t0": command.t0, "server_ms": clock.now_ms()}


def beat(act: CommandContext, _: Beat) -> Answer:
    """Any frame is a sign of life, and the door has noted it."""
    remember(act)
    return {}


def remember(act: CommandContext) -> None:
    """These have no script of their own. Raises IdReused."""
    if act.command_id is not None:
        lua.remember(act)


HANDLERS: dict[type[Command], Callable[[CommandContext, Any], Answer]] = {
    ChangeNestSettings: change_nest_settings,
    ProbeClock: probe_clock,
    Beat: beat,
}
