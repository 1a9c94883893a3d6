"""Commands about songs and what plays, each to its service."""

from collections.abc import Callable
from functools import partial
from typing import Any

from andre.core import command_replies, permissions
from andre.core.context import CommandContext
from andre.protocol import commands
from andre.protocol.frames import Answer
from nests.commands import remember
from nests.devices import speakers
from player.history import progress
from player.playback import clock_sync, failures, playback
from player.queue import moves, proposals, queue, reactions, votes
from player.remote_players import linked_devices


def add_songs(act: CommandContext, command: commands.AddSongs) -> Answer:
    return queue.add(act, command.uris, command.lengths, again=command.again)


def remove_song(act: CommandContext, command: commands.RemoveSong) -> Answer:
    may_remove_all = permissions.is_allowed(act.actor, "remove_others_songs")
    return queue.remove(act, command.song_id, may_remove_all=may_remove_all)


def move_song(act: CommandContext, command: commands.MoveSong) -> Answer:
    return moves.move_song(act, command.song_id, command.before)


def clear_queue(act: CommandContext, _: commands.ClearQueue) -> Answer:
    return queue.clear(act)


def undo(act: CommandContext, command: commands.Undo) -> Answer:
    return queue.undo(act, command.undo_token)


def approve_song(act: CommandContext, command: commands.ApproveSong) -> Answer:
    return proposals.approve_song(act, command.song_id)


def refuse_song(act: CommandContext, command: commands.RefuseSong) -> Answer:
    return proposals.refuse_song(act, command.song_id)


def cast_vote(act: CommandContext, command: commands.CastVote) -> Answer:
    return votes.cast(act, command.song_id, command.direction)


def toggle_jam(act: CommandContext, command: commands.ToggleJam) -> Answer:
    return reactions.toggle_jam(act, command.song_id)


def add_comment(act: CommandContext, command: commands.AddComment) -> Answer:
    return reactions.add_comment(act, command.song_id, command.text)


def blow_airhorn(act: CommandContext, command: commands.BlowAirhorn) -> Answer:
    return reactions.blow_airhorn(act, command.name)


def play(act: CommandContext, command: commands.Play) -> Answer:
    return control(act, "play", command.position_ms)


def pause(act: CommandContext, command: commands.Pause) -> Answer:
    return control(act, "pause", command.position_ms)


def toggle(act: CommandContext, _: commands.Toggle) -> Answer:
    return control(act, "toggle")


def seek(act: CommandContext, command: commands.Seek) -> Answer:
    return control(act, "seek", command.position_ms)


def control(act: CommandContext, verb: playback.Verb, position_ms: int | None = None) -> Answer:
    answer = playback.control(act, verb, position_ms)
    progress.record_soon(act)
    return answer


def skip(act: CommandContext, command: commands.Skip) -> Answer:
    return playback.skip(act, command.song_id)


def previous(act: CommandContext, command: commands.Previous) -> Answer:
    return playback.previous(act, command.song_id)


def set_options(act: CommandContext, command: commands.SetOptions) -> Answer:
    return playback.set_options(act, command.shuffle, command.repeat_mode)


def set_volume(act: CommandContext, command: commands.SetVolume) -> Answer:
    return playback.set_volume(act, command.volume)


def report_sync(act: CommandContext, command: commands.ReportSync) -> Answer:
    clock_sync.report(act, command.error_ms)
    return {}


def sync_check(act: CommandContext, command: commands.SyncCheck) -> Answer:
    return clock_sync.correct(act, command.client_position_ms)


def report_progress(act: CommandContext, command: commands.ReportProgress) -> Answer:
    remember(act)
    progress.report_progress(act, command)
    return {}


def choose_speaker(act: CommandContext, command: commands.ChooseSpeaker) -> Answer:
    if command.provider is None:
        wanted = command.device or "", command.tab or ""
        return speakers.choose(act, *wanted, if_free=command.if_free)
    remember(act)
    choose = partial(linked_devices.choose_linked_speaker, act, command.provider, command.device)
    return command_replies.answer_once(act.user, command, choose)


def report_ended(act: CommandContext, command: commands.ReportEnded) -> Answer:
    is_sounding = speakers.is_sounding(act, command.device or "", command.tab or "")
    return playback.end_song(act, command.song_id, is_sounding=is_sounding)


def report_playback_failure(act: CommandContext, command: commands.ReportPlaybackFailure) -> Answer:
    failures.report(act, command.song_id, command.reason, command.position_ms)
    return {}


HANDLERS: dict[type[commands.Command], Callable[[CommandContext, Any], Answer]] = {
    commands.AddSongs: add_songs,
    commands.RemoveSong: remove_song,
    commands.MoveSong: move_song,
    commands.ClearQueue: clear_queue,
    commands.Undo: undo,
    commands.ApproveSong: approve_song,
    commands.RefuseSong: refuse_song,
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
    commands.SyncCheck: sync_check,
    commands.ReportProgress: report_progress,
    commands.ChooseSpeaker: choose_speaker,
    commands.ReportEnded: report_ended,
    commands.ReportPlaybackFailure: report_playback_failure,
}
