"""What the log says of every command: `command_done`, or `command_refused` and why."""

import logging

import structlog

from andre.core.command_hooks import DONE, CommandOutcome
from andre.core.keys import log_name

log = structlog.get_logger(__name__)


def log_command(ended: CommandOutcome) -> None:
    """Done at DEBUG, because votes come by the hundred; whatever was refused or failed at INFO."""
    is_done = ended.outcome == DONE
    if is_done and not log.isEnabledFor(logging.DEBUG):
        return  # What would be dropped is not put together.
    write = log.debug if is_done else log.info
    write(
        "command_done" if is_done else "command_refused",
        command=ended.command.kind(),
        nest=ended.act.nest,
        person=log_name(ended.person) if ended.person else "",
        credential=ended.act.actor.credential,
        outcome=ended.outcome,
        ms=round(ended.seconds * 1000, 1),
    )
