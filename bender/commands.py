"""Commands about Bender's preview, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.core.context import CommandContext
from andre.core.rate_limits import consume
from andre.protocol import commands
from andre.protocol.frames import Answer
from bender.filling import preview


def queue_preview(act: CommandContext, command: commands.QueuePreview) -> Answer:
    consume("queue_changes", act.user)
    consume("songs", act.user)
    return preview.queue(act, command.track)


def filter_preview(act: CommandContext, command: commands.FilterPreview) -> Answer:
    consume("queue_changes", act.user)
    return preview.reject_preview(act, command.track)


HANDLERS: dict[type[commands.Command], Callable[[CommandContext, Any], Answer]] = {
    commands.QueuePreview: queue_preview,
    commands.FilterPreview: filter_preview,
}
