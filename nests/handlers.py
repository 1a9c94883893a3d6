"""Commands about the nest itself and the connection, each to its service."""

from collections.abc import Callable
from typing import Any

from andre import clock
from andre.act import Act
from andre.limits import spend
from andre.protocol.commands import Beat, ChangeNestSettings, Command, ProbeClock
from andre.protocol.frames import Answer
from nests.lua import lua
from nests.services import settings


def change_nest_settings(act: Act, command: ChangeNestSettings) -> Answer:
    spend("settings", act.user)
    return settings.change(act, command.wishes)


def probe_clock(act: Act, command: ProbeClock) -> Answer:
    """For HTTP; a socket is answered at the door, without a thread's turn between."""
    remember(act)
    return {"t0": command.t0, "server_ms": clock.now_ms()}


def beat(act: Act, _: Beat) -> Answer:
    """Any frame is a sign of life, and the door has noted it."""
    remember(act)
    return {}


def remember(act: Act) -> None:
    """These have no script of their own. Raises IdReused."""
    if act.command_id is not None:
        lua.remember(act)


HANDLERS: dict[type[Command], Callable[[Act, Any], Answer]] = {
    ChangeNestSettings: change_nest_settings,
    ProbeClock: probe_clock,
    Beat: beat,
}
