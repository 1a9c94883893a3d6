"""Commands about the nest itself and the connection, each to its service."""

from collections.abc import Callable
from typing import Any

from andre import clock
from andre.act import Act
from andre.protocol.commands import Beat, Command, ProbeClock, RenameNest
from andre.protocol.frames import Answer
from nests.services import naming


def rename_nest(act: Act, command: RenameNest) -> Answer:
    return naming.rename_nest(act, command.name)


def probe_clock(_: Act, command: ProbeClock) -> Answer:
    """For HTTP; a socket is answered at the door, without a thread's turn between."""
    return {"t0": command.t0, "server_ms": clock.now_ms()}


def beat(_: Act, __: Beat) -> Answer:
    """Any frame is a sign of life, and the door has noted it."""
    return {}


HANDLERS: dict[type[Command], Callable[[Act, Any], Answer]] = {
    RenameNest: rename_nest,
    ProbeClock: probe_clock,
    Beat: beat,
}
