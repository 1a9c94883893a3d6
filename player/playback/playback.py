"""What plays, and when the next song does."""

import secrets
from typing import Literal

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.frames import Answer
from andre.protocol.shapes import RepeatMode
from andre.telemetry import metrics
from nests.membership import members
from nests.registry import states
from player.history import history
from player.playback import scheduler
from player.scripts import lua

Verb = Literal["play", "pause", "toggle", "seek"]


def control(act: CommandContext, verb: Verb, position_ms: int | None = None) -> Answer:
    """Raises Refusal `invalid_position` or `nothing_playing`."""
    match lua.set_playback(act, verb=verb, asked_position=position_ms):
        case ["set", rev, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev)}
        case ["unchanged", rev]:
            return {"rev": int(rev)}
        case ["invalid_position"]:
            raise Refusal("invalid_position", "The song does not have this position.")
        case _:
            raise Refusal("nothing_playing", "Nothing is playing. Add a song first.")


def skip(act: CommandContext, song_id: int | None = None) -> Answer:
    """End the song that plays, or vote for it; where another one is named, nothing changes."""
    match lua.skip(act, song_id=song_id):
        case ["skipped", rev, *due]:
            return follow_song(act, rev, due)
        case ["voted", rev]:
            return {"rev": int(rev), "changed": False, "voted": True}
        case [_, rev]:
            return {"rev": int(rev), "changed": False}
        case reply:
            raise TypeError(reply)


def end_song(act: CommandContext, song_id: int, *, is_sounding: bool) -> Answer:
    """A device that sounds has come to the end of a song; unless that plays and ends, nothing.

    Raises Refusal `not_active_speaker`.
    """
    match lua.end_song(act, song_id=song_id, is_sounding=is_sounding):
        case ["ended", rev, *due]:
            return follow_song(act, rev, due)
        case ["unchanged", rev]:
            return {"rev": int(rev), "changed": False}
        case _:
            raise Refusal("not_active_speaker", "This device is not the one of yours that sounds.")


def follow_song(act: CommandContext, rev: str, due: list[str]) -> Answer:
    """What everything that ends a song leaves: a deadline, a play for history, an answer."""
    scheduler.schedule(act.nest, *due)
    history.record_soon(act.nest)
    return {"rev": int(rev), "changed": True}


def settle_skip_votes(nest: str) -> None:
    """Who listens has changed, and with it how many votes a skip needs: a tick counts anew."""
    if redis().exists(NestKeys(nest).skip_votes):
        tick(nest)


def previous(act: CommandContext, song_id: int | None = None) -> Answer:
    """The song before, or this one from its start; if one is named and another plays, nothing.

    Raises Refusal `nothing_playing`.
    """
    match lua.previous(act, song_id=song_id):
        case ["returned", rev, *due]:
            return follow_song(act, rev, due)
        case ["unchanged", rev]:
            return {"rev": int(rev), "changed": False}
        case _:
            raise Refusal("nothing_playing", "Nothing is playing. Add a song first.")


def set_options(
    act: CommandContext, shuffle: bool | None, repeat_mode: RepeatMode | None, seed: str = ""
) -> Answer:
    """None leaves an option as it is. A shuffled order is drawn by `seed`, or by chance.

    Raises Refusal `fair_queue` or `validation_error`.
    """
    if shuffle is None and repeat_mode is None:
        raise Refusal("validation_error", "shuffle or repeat_mode is needed.")
    shuffling = "" if shuffle is None else "on" if shuffle else "off"
    drawn_by = seed or secrets.token_hex(8)
    match lua.set_options(act, mode=repeat_mode, shuffling=shuffling, seed=drawn_by):
        case ["fair_queue"]:
            raise Refusal("fair_queue", "Here the queue is fair; shuffling is for nests with a DJ.")
        case ["set", rev, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev)}
        case [_, rev]:
            return {"rev": int(rev)}
        case reply:
            raise TypeError(reply)


def fail(nest: str, song_id: int, reason: str) -> None:
    """A song's track has become unplayable: it leaves, and if it played, the next one starts."""
    match lua.fail_song(CommandContext(nest), song_id=song_id, reason=reason):
        case ["failed", _, *due]:
            scheduler.schedule(nest, *due)
            history.record_soon(nest)


def correct_length(nest: str, song_id: int, length_ms: int) -> None:
    """A song holds this much sound: what waits behind it, its deadline and its airtime follow."""
    match lua.correct_length(CommandContext(nest), song_id=song_id, length_ms=length_ms):
        case ["corrected", *due]:
            scheduler.schedule(nest, *due)
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
        # A tick always writes down what is due: the deadline it came for is still in the set.
        case ["waiting" | "paused", due, _, is_autoplay_due]:
            scheduler.schedule(nest, due, is_autoplay_due=is_autoplay_due)
        case ["grace", due, _, is_autoplay_due]:
            scheduler.schedule(nest, due, is_autoplay_due=is_autoplay_due)
            states.follow_grace(nest)
        case ["advanced", late_ms, due, _, is_autoplay_due]:
            metrics.tick_lateness.observe(max(0, int(late_ms)) / 1000)
            scheduler.schedule(nest, due, is_autoplay_due=is_autoplay_due)
            history.record_soon(nest)
        case _:
            scheduler.schedule(nest, "")


def wake(nest: str) -> None:
    """Somebody is back: go on where the emptiness froze the nest."""
    match lua.wake(CommandContext(nest)):
        case ["resumed", *due]:
            scheduler.schedule(nest, *due)


def start_grace(nest: str) -> None:
    """A DJ shows no sign of life: the music waits for them from now on, unless it does already."""
    members.prune(nest)
    match lua.start_grace(CommandContext(nest)):
        case ["grace", *due]:
            scheduler.schedule(nest, *due)
            states.follow_grace(nest)


def return_dj(nest: str) -> None:
    """The DJ is back in time."""
    match lua.return_dj(CommandContext(nest)):
        case ["returned", *due]:
            scheduler.schedule(nest, *due)
            states.follow_grace(nest)
            wake(nest)  # Songs that were added meanwhile have waited, too.
