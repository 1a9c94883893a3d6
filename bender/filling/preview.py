"""What Bender would play next: shown before it is played, for anyone to take or turn away."""

import json
from dataclasses import replace

from celery import current_app

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.frames import Answer
from andre.protocol.shapes import Preview
from bender.filling.nest_state import NestState
from bender.runs.runner import RunPick
from bender.scripts import lua
from player.playback import autoplay_requests, scheduler
from player.queue.queue import depth_limit
from player.queue.songs import NewSong, new_song

BENDER = "Bender"
TURN_AWAY = "bender.tasks.turn_away"  # By name: the task stands above and calls this room.


def is_current(room: NestState) -> bool:
    """There is one, nobody has queued it, and since he chose it no person has queued anything and
    nobody has set him up otherwise.
    """
    track = room.preview.get("track")
    here = [*room.queue, *([room.song] if room.song else [])]
    return (
        track is not None
        and room.preview["seed"] == room.last_queued
        and room.preview.get("set") == set_to(room)
        and track not in {row["trackid"] for row in here}
    )


def save_preview(room: NestState, made: RunPick) -> None:
    lua.keep_preview(
        CommandContext(room.nest.nest_id),
        expected=room.preview.get("track"),
        track=made.pick.track.uri,
        strategy=made.strategy,
        reason=made.pick.reason,
        original_user=made.pick.original_user,
        seed=room.last_queued,
        set=set_to(room),
        shown=preview_of(made).model_dump_json(),
        song=json.dumps(fields(room, made)),
    )


def drop(room: NestState) -> None:
    if "track" in room.preview:  # Another version of Andre kept one under this name, too.
        lua.keep_preview(
            CommandContext(room.nest.nest_id),
            expected=room.preview["track"],
            track=None,
            strategy=None,
            reason=None,
            original_user=None,
            seed=None,
            set=None,
            shown=None,
            song=None,
        )


def set_to(room: NestState) -> str:
    nest = room.nest
    return json.dumps([nest.plays_from, nest.asks, nest.bender_weights], sort_keys=True)


def preview_of(made: RunPick) -> Preview:
    return Preview(
        track=made.pick.track,
        strategy=made.strategy,
        reason=made.pick.reason,
        original_user=made.pick.original_user,
    )


def fields(room: NestState, made: RunPick) -> dict[str, str]:
    """As a song of Bender's; a throwback brings its original adder along as a jam."""
    plain: NewSong = new_song(made.pick.track, CommandContext(room.nest.nest_id, name=BENDER))
    song = replace(plain, auto=True, strategy=made.strategy, reason=made.pick.reason)
    if not made.pick.original_user:
        return song.fields()
    return song.fields() | {"throwback_of": made.pick.original_user}


def queue(act: CommandContext, track: str) -> Answer:
    """It becomes the caller's own song. Raises Refusal."""
    adder = {
        "user": act.user,
        "user_name": act.name,
        "user_picture": act.picture,
        "auto": "0",
        "strategy": "",
        "reason": "",
    }
    reply = lua.queue_preview(
        act,
        track=track,
        adder=json.dumps(adder),
        depth_limit=depth_limit(act.nest),
        no_repeat_ms=0,  # What Bender may play now, anyone may.
    )
    match reply:
        case ["queued", rev, due, song_id]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev), "song_id": int(song_id)}
        case ["refused", text]:
            refused = json.loads(text)
            raise Refusal(refused["error"], refused["message"])
        case _:
            raise Refusal("preview_changed", "Bender has thought of something else meanwhile.")


def reject_preview(act: CommandContext, track: str) -> Answer:
    """Never again for a week; another one is on its way."""
    match lua.filter_preview(act, track=track):
        case ["filtered", rev, artist]:
            autoplay_requests.request_autoplay(act.nest)
            current_app.signature(TURN_AWAY, (act.nest, act.user, track, artist)).apply_async()
        case [_, rev]:
            pass
    return {"rev": int(rev)}
