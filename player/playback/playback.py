"""What plays, and when the next song does."""

from typing import Literal

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.protocol.frames import Answer
from andre.protocol.shapes import RepeatMode
from player.history import history
from player.playback import scheduler
from player.scripts import lua

Verb = Literal["play", "pause", "toggle", "seek"]


def control(act: CommandContext, verb: Verb, position_ms: int | None = None) -> Answer:
    match lua.set_playback(act, verb=verb, asked_position=position_ms):
        case ["set", rev, due]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev)}
        case ["unchanged", rev]:
            return {"rev": int(rev)}
        case ["invalid_position"]:
            raise Refusal("invalid_position", "The song does not have this position.")
        case _:
            raise Refusal("nothing_playing", "Nothing is playing. Add a song first.")


def skip(act: CommandContext, song_id: int | None = None) -> Answer:
    """End the song that plays; if one is named and another plays, nothing changes."""
    match lua.skip(act, song_id=song_id):
        case ["skipped", rev, due]:
            scheduler.schedule(act.nest, due)
            history.record_soon(act.nest)
            return {"rev": int(rev), "changed": True}
        case [_, rev]:
            return {"rev": int(rev), "changed": False}
        case reply:
            raise TypeError(reply)


def previous(act: CommandContext, song_id: int | None = None) -> Answer:
    """The song before, or this one from its start; if one is named and another plays, nothing."""
    match lua.previous(act, song_id=song_id):
        case ["returned", rev, due]:
            scheduler.schedule(act.nest, due)
            history.record_soon(act.nest)
            return {"rev": int(rev), "changed": True}
        case ["unchanged", rev]:
            return {"rev": int(rev), "changed": False}
        case _:
            raise Refusal("nothing_playing", "Nothing is playing. Add a song first.")


def set_options(
    act: CommandContext, shuffle: bool | None, repeat_mode: RepeatMode | None
) -> Answer:
    if shuffle:
        raise Refusal("fair_queue", "Here the queue is fair; shuffling is for nests with a DJ.")
    if repeat_mode is None:
        raise Refusal("validation_error", "repeat_mode: one of off, one, all is needed.")
    match lua.set_options(act, mode=repeat_mode):
        case ["set", rev, due]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev)}
        case [_, rev]:
            return {"rev": int(rev)}
        case reply:
            raise TypeError(reply)


def fail(nest: str, song_id: int, reason: str) -> None:
    """A song's track has become unplayable: it leaves, and if it played, the next one starts."""
    match lua.fail_song(CommandContext(nest), song_id=song_id, reason=reason):
        case ["failed", _, due]:
            scheduler.schedule(nest, due)
            history.record_soon(nest)


def correct_length(nest: str, song_id: int, length_ms: int) -> None:
    """A song holds this much sound: what waits behind it, its deadline and its airtime follow."""
    match lua.correct_length(CommandContext(nest), song_id=song_id, length_ms=length_ms):
        case ["corrected", due]:
            scheduler.schedule(nest, due)
            history.record_soon(nest)


def set_volume(act: CommandContext, volume: int) -> Answer:
    return {"rev": int(lua.set_volume(act, level=volume)[1])}


def tick(nest: str) -> None:
    """Do what is due in a nest, if anything is, and say when the next tick has work."""
    try:
        reply = lua.advance(CommandContext(nest))
    except NoSuchNest:
        scheduler.unschedule(nest)
        return
    match reply:
        case ["waiting", due]:
            scheduler.schedule(nest, due)
        case ["advanced", due, _]:
            scheduler.schedule(nest, due)
            history.record_soon(nest)
        case _:
            scheduler.schedule(nest, "")


def wake(nest: str) -> None:
    """Somebody is back: go on where the emptiness froze the nest."""
    match lua.wake(CommandContext(nest)):
        case ["woken", due]:
            scheduler.schedule(nest, due)
