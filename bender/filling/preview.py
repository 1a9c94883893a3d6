"""What Bender would play next: shown before it is played, for anyone to take or turn away."""

import json
from dataclasses import asdict, replace

from celery import current_app

from andre.accounts.display_names import names_of
from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.person_ids import person_id, person_json
from andre.protocol.frames import Answer
from andre.protocol.shapes import Preview
from bender.scripts import lua
from bender.selection.context import Pick
from bender.state.nest_state import NestState, read_nest_state
from nests.registry import store
from player.playback import autoplay_requests, scheduler
from player.queue.queue import depth_alone, limits_of
from player.queue.rules import rules_of
from player.queue.songs import new_song

BENDER = "Bender"
REJECT_PREVIEW = "bender.tasks.turn_away"  # By name: the task stands above and calls this package.


def is_current(state: NestState) -> bool:
    """There is one, nobody has queued it, and since he chose it no person has queued anything and
    nobody has set him up otherwise.
    """
    track = state.preview.get("track")
    return (
        track is not None
        and state.preview["seed"] == state.last_queued
        and state.preview.get("set") == settings_of(state)
        and track not in {row["trackid"] for row in state.coming}
    )


def show(state: NestState, pick: Pick) -> NestState:
    """The pick is what comes next; the nest as it is then. Raises NoSuchNest."""
    settings = settings_of(state)
    reply = lua.keep_preview(
        CommandContext(state.nest.nest_id),
        expected=state.preview.get("track"),
        track=pick.track.uri,
        strategy=pick.strategy,
        reason=pick.reason,
        original_user=pick.original_user,
        seed=state.last_queued,
        set=settings,
        shown=shape_of(pick).model_dump_json(),
        song=json.dumps(song_fields(state, pick)),
    )
    if reply[0] != "kept":
        return read_nest_state(state.nest)
    shown = {"track": pick.track.uri, "seed": state.last_queued, "set": settings}
    return replace(state, preview=shown)


def hide(state: NestState) -> None:
    """Nothing comes next, if it is still what he saw. Raises NoSuchNest."""
    if "track" in state.preview:  # Another version of Andre kept one under this name, too.
        lua.keep_preview(
            CommandContext(state.nest.nest_id),
            expected=state.preview["track"],
            track=None,
            strategy=None,
            reason=None,
            original_user=None,
            seed=None,
            set=None,
            shown=None,
            song=None,
        )


def take_preview(state: NestState) -> NestState:
    """Queue it as Bender's own song; the nest as it is then. Raises NoSuchNest."""
    nest = state.nest
    reply = lua.take_preview(
        CommandContext(nest.nest_id),
        track=state.preview["track"],
        limits=json.dumps(depth_alone(nest.nest_id)),  # What may be shown as next may be it.
    )
    match reply:
        case ["taken", _, playback, song, queue, *due]:
            scheduler.schedule(nest.nest_id, *due)
            return state.after_queueing(playback, song, queue)
        case _:
            return read_nest_state(nest)


def settings_of(state: NestState) -> str:
    nest = state.nest
    rules = asdict(rules_of(nest))
    gap = nest.setting("artist_gap_minutes")
    playlist = nest.setting("bender_playlist")
    told = [nest.plays_from, nest.asks, nest.bender_weights, playlist, rules, gap]
    return json.dumps([*told, nest.setting("no_repeat_minutes")], sort_keys=True)


def shape_of(pick: Pick) -> Preview:
    address = pick.original_user
    return Preview(
        track=pick.track,
        strategy=pick.strategy,
        reason=pick.reason,
        original_user=person_id(address),
        original_name=names_of([address])[address] if address else "",
    )


def song_fields(state: NestState, pick: Pick) -> dict[str, str]:
    """As a song of Bender's; a throwback brings its original adder along as a jam."""
    plain = new_song(pick.track, CommandContext(state.nest.nest_id, Actor(name=BENDER)))
    song = replace(plain, auto=True, strategy=pick.strategy, reason=pick.reason).fields()
    if not pick.original_user:
        return song
    name = names_of([pick.original_user])[pick.original_user]
    person = person_json(pick.original_user, name)
    return song | {"throwback_of": pick.original_user, "throwback_person": person}


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
        # What Bender may play now, anyone may; how many of theirs wait, counts.
        limits=json.dumps(limits_of(act, store.get_nest(act.nest), again=True)),
    )
    match reply:
        case ["queued", rev, song_id, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev), "song_id": int(song_id)}
        case ["waiting", rev, song_id]:
            return {"rev": int(rev), "waiting": [int(song_id)]}
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
            current_app.signature(REJECT_PREVIEW, (act.nest, act.user, track, artist)).apply_async()
        case [_, rev]:
            pass
    return {"rev": int(rev)}
