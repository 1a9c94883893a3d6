"""Commands about what Bender plays, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.core.context import CommandContext
from andre.protocol import commands
from andre.protocol.frames import Answer
from bender.filling import fallback_tracks, preview


def queue_preview(act: CommandContext, command: commands.QueuePreview) -> Answer:
    return preview.queue(act, command.track)


def filter_preview(act: CommandContext, command: commands.FilterPreview) -> Answer:
    return preview.reject_preview(act, command.track)


def set_fallback_songs(act: CommandContext, command: commands.SetFallbackSongs) -> Answer:
    return fallback_tracks.set_fallback_songs(act, command.uris, replaces=command.replace)


HANDLERS: dict[type[commands.Command], Callable[[CommandContext, Any], Answer]] = {
    commands.QueuePreview: queue_preview,
    commands.FilterPreview: filter_preview,
    commands.SetFallbackSongs: set_fallback_songs,
}
