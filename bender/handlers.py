"""Commands about Bender's preview, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.act import Act
from andre.limits import spend
from andre.protocol import commands
from andre.protocol.frames import Answer
from bender.services import preview


def queue_preview(act: Act, command: commands.QueuePreview) -> Answer:
    spend("queue_changes", act.user)
    spend("songs", act.user)
    return preview.queue(act, command.track)


def filter_preview(act: Act, command: commands.FilterPreview) -> Answer:
    spend("queue_changes", act.user)
    return preview.turn_away(act, command.track)


HANDLERS: dict[type[commands.Command], Callable[[Act, Any], Answer]] = {
    commands.QueuePreview: queue_preview,
    commands.FilterPreview: filter_preview,
}
