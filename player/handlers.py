"""Commands about songs and what plays, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.act import Act
from andre.errors import Refusal
from andre.limits import spend
from andre.protocol import commands
from andre.protocol.frames import Answer
from nests.services import rights, rooms
from player.services import cheers, failures, playback, queue, sync, votes


def add_songs(act: Act, command: commands.AddSongs) -> Answer:
    spend("queue_changes", act.user)
    spend("songs", act.user, cost=len(command.uris))
    if command.again:
        require_may_insist(act)
    return queue.add(act, command.uris, command.lengths, again=command.again)


def require_may_insist(act: Act) -> None:
    """To play something again so soon is for the creator, in the Main Nest for operators.

    Raises Refusal.
    """
    nest = rooms.get_nest(act.nest)
    if not rights.may_change(nest, act):
        whose = "an operator" if nest.is_main else "who built this nest"
        raise Refusal("forbidden", f"Only {whose} may play something again so soon.")


def remove_song(act: Act, command: commands.RemoveSong) -> Answer:
    spend("queue_changes", act.user)
    nest = rooms.get_nest(act.nest)
    return queue.remove(act, command.song_id, may_remove_all=rights.may_remove_all(nest, act))


def clear_queue(act: Act, _: commands.ClearQueue) -> Answer:
    spend("queue_changes", act.user)
    if not rights.may_clear(rooms.get_nest(act.nest), act):
        raise Refusal("forbidden", "Only who built this nest may clear the queue.")
    return queue.clear(act)


def undo(act: Act, command: commands.Undo) -> Answer:
    spend("queue_changes", act.user)
    return queue.undo(act, command.undo_token)


def cast_vote(act: Act, command: commands.CastVote) -> Answer:
    spend("queue_changes", act.user)
    return votes.cast(act, command.song_id, command.direction)


def toggle_jam(act: Act, command: commands.ToggleJam) -> Answer:
    spend("jams", act.user)
    return cheers.toggle_jam(act, command.song_id)


def add_comment(act: Act, command: commands.AddComment) -> Answer:
    spend("comments", act.user)
    return cheers.add_comment(act, command.song_id, command.text)


def blow_airhorn(act: Act, command: commands.BlowAirhorn) -> Answer:
    spend("airhorns", act.user)
    return cheers.blow_airhorn(act, command.name)


def play(act: Act, command: commands.Play) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.control(act, "play", command.position_ms)


def pause(act: Act, command: commands.Pause) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.control(act, "pause", command.position_ms)


def toggle(act: Act, _: commands.Toggle) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.control(act, "toggle")


def seek(act: Act, command: commands.Seek) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.control(act, "seek", command.position_ms)


def skip(act: Act, command: commands.Skip) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.skip(act, command.song_id)


def previous(act: Act, command: commands.Previous) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.previous(act, command.song_id)


def set_options(act: Act, command: commands.SetOptions) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.set_options(act, command.shuffle, command.repeat_mode)


def set_volume(act: Act, command: commands.SetVolume) -> Answer:
    spend("control", f"{act.user} {act.nest}")
    return playback.set_volume(act, command.volume)


def report_sync(act: Act, command: commands.ReportSync) -> Answer:
    sync.report(act, command.error_ms)
    return {}


def report_playback_failure(act: Act, command: commands.ReportPlaybackFailure) -> Answer:
    spend("failures", act.user)
    failures.report(act, command.song_id, command.reason, command.position_ms)
    return {}


HANDLERS: dict[type[commands.Command], Callable[[Act, Any], Answer]] = {
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
