"""Commands about songs and what plays, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.protocol import commands
from andre.protocol.frames import Answer
from nests.membership import rights
from nests.registry import store
from player.playback import clock_sync, failures, playback
from player.queue import queue, reactions, votes


def add_songs(act: CommandContext, command: commands.AddSongs) -> Answer:
    consume("queue_changes", act.user)
    consume("songs", act.user, cost=len(command.uris))
    if command.again:
        require_may_insist(act)
    return queue.add(act, command.uris, command.lengths, again=command.again)


def require_may_insist(act: CommandContext) -> None:
    """To play something again so soon is for the creator, in the Main Nest for operators.

    Raises Refusal.
    """
    nest = store.get_nest(act.nest)
    if not rights.may_change(nest, act):
        whose = "an operator" if nest.is_main else "who built this nest"
        raise Refusal("forbidden", f"Only {whose} may play something again so soon.")


def remove_song(act: CommandContext, command: commands.RemoveSong) -> Answer:
    consume("queue_changes", act.user)
    nest = store.get_nest(act.nest)
    return queue.remove(act, command.song_id, may_remove_all=rights.may_remove_all(nest, act))


def clear_queue(act: CommandContext, _: commands.ClearQueue) -> Answer:
    consume("queue_changes", act.user)
    if not rights.may_clear(store.get_nest(act.nest), act):
        raise Refusal("forbidden", "Only who built this nest may clear the queue.")
    return queue.clear(act)


def undo(act: CommandContext, command: commands.Undo) -> Answer:
    consume("queue_changes", act.user)
    return queue.undo(act, command.undo_token)


def cast_vote(act: CommandContext, command: commands.CastVote) -> Answer:
    consume("queue_changes", act.user)
    return votes.cast(act, command.song_id, command.direction)


def toggle_jam(act: CommandContext, command: commands.ToggleJam) -> Answer:
    consume("jams", act.user)
    return reactions.toggle_jam(act, command.song_id)


def add_comment(act: CommandContext, command: commands.AddComment) -> Answer:
    consume("comments", act.user)
    return reactions.add_comment(act, command.song_id, command.text)


def blow_airhorn(act: CommandContext, command: commands.BlowAirhorn) -> Answer:
    consume("airhorns", act.user)
    return reactions.blow_airhorn(act, command.name)


def play(act: CommandContext, command: commands.Play) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.control(act, "play", command.position_ms)


def pause(act: CommandContext, command: commands.Pause) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.control(act, "pause", command.position_ms)


def toggle(act: CommandContext, _: commands.Toggle) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.control(act, "toggle")


def seek(act: CommandContext, command: commands.Seek) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.control(act, "seek", command.position_ms)


def skip(act: CommandContext, command: commands.Skip) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.skip(act, command.song_id)


def previous(act: CommandContext, command: commands.Previous) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.previous(act, command.song_id)


def set_options(act: CommandContext, command: commands.SetOptions) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.set_options(act, command.shuffle, command.repeat_mode)


def set_volume(act: CommandContext, command: commands.SetVolume) -> Answer:
    consume("control", f"{act.user} {act.nest}")
    return playback.set_volume(act, command.volume)


def report_sync(act: CommandContext, command: commands.ReportSync) -> Answer:
    clock_sync.report(act, command.error_ms)
    return {}


def report_playback_failure(act: CommandContext, command: commands.ReportPlaybackFailure) -> Answer:
    consume("failures", act.user)
    failures.report(act, command.song_id, command.reason, command.position_ms)
    return {}


HANDLERS: dict[type[commands.Command], Callable[[CommandContext, Any], Answer]] = {
    commands.AddSongs: add_songs,
    commands.RemoveSong: remove_song,
    commands.ClearQueue: clear_queue,
    commands.Undo: undo,
    commands.CastVote: cast_vote,
    commands.ToggleJam: toggle_jam,
    commands.AddComment: add_comment,
    commands.BlowAirhorn: blow_airhorn,
    commands.Play: play,
    commands.Pause: pause,
    commands.Toggle: toggle,
    commands.Seek: seek,
    commands.Skip: skip,
    commands.Previous: previous,
    commands.SetOptions: set_options,
    commands.SetVolume: set_volume,
    commands.ReportSync: report_sync,
    commands.ReportPlaybackFailure: report_playback_failure,
}
