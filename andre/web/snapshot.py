"""What a newcomer sees: each app's part, read in one transaction, true at one revision."""

import json
from dataclasses import dataclass, replace
from typing import Any

from redis.exceptions import NoScriptError

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.core.redis import redis
from nests.realtime.arrivals import text_for
from nests.registry import records, store
from nests.scripts import lua as nests_lua
from player.queue import repeats
from player.scripts import lua as player_lua

RECENT_TOLD = 500  # tracks; more than half an hour holds, and of a longer time the latest


@dataclass(frozen=True)
class NestState:
    """A nest at one revision; the parts are JSON texts as the scripts put them together."""

    rev: int
    epoch: str
    server_ms: str
    listeners: str
    settings: dict[str, Any]
    playback: str
    song: str
    last_song: str
    queue: str
    preview: str
    volume: str
    airhorns: str
    events: list[tuple[int, str]]


def welcome(act: CommandContext, you: str, since: int | None, epoch: str | None) -> tuple[int, str]:
    """The first message of a connection and its revision. Raises NoSuchNest.

    Who comes back within the same epoch and whose gap the stream still covers gets the missed
    events, anyone else the whole snapshot.
    """
    seen, snapshot = resume_or_snapshot(act, since, epoch)
    events = "[" + ",".join(text_for(act.user, text) for _, text in seen.events) + "]"
    return seen.rev, (
        f'{{"type":"welcome","you":{you},"nest_id":{json.dumps(act.nest)},'
        f'"epoch":{json.dumps(seen.epoch)},"rev":{seen.rev},"server_ms":{seen.server_ms},'
        f'"playback":{seen.playback},{repeats_of(act, seen)},"snapshot":{snapshot or "null"},'
        f'"events":{"null" if snapshot else events}}}'
    )


def repeats_of(act: CommandContext, seen: NestState) -> str:
    """What may not be added now, so that the page can say so before anybody tries."""
    nest = replace(store.get_nest(act.nest), **seen.settings)
    no_repeat = repeats.no_repeat_ms(nest)
    ended = redis().zrevrange(act.keys.recent, 0, RECENT_TOLD - 1, withscores=True)
    rest = repeats.not_yet_welcome(ended, no_repeat, int(seen.server_ms))
    return f'"no_repeat_ms":{no_repeat},"played_recently":{json.dumps(rest)}'


def resume_or_snapshot(
    act: CommandContext, since: int | None, epoch: str | None
) -> tuple[NestState, str | None]:
    """The nest and its snapshot; none where the events since are all there, in this epoch."""
    seen = read_state(act, since)
    resumes = since is not None and epoch == seen.epoch and covers(seen, since)
    return seen, None if resumes else snapshot_text(act, seen)


def covers(seen: NestState, since: int) -> bool:
    revs = [rev for rev, _ in seen.events]
    return since <= seen.rev and revs == list(range(since + 1, seen.rev + 1))


def snapshot(act: CommandContext) -> str:
    """The snapshot as JSON text. Raises NoSuchNest."""
    return snapshot_text(act, read_state(act))


def snapshot_text(act: CommandContext, seen: NestState) -> str:
    nest = replace(store.get_nest(act.nest), **seen.settings).info(act.origin).model_dump_json()
    count = len(json.loads(seen.listeners))
    return (
        f'{{"nest":{nest},"listeners":{seen.listeners},"count":{count},'
        f'"playback":{seen.playback},"song":{seen.song},"last_song":{seen.last_song},'
        f'"queue":{seen.queue},"preview":{seen.preview},"volume":{seen.volume},"airhorns":{seen.airhorns},"rev":{seen.rev},'
        f'"epoch":{json.dumps(seen.epoch)},"server_ms":{seen.server_ms}}}'
    )


def read_state(act: CommandContext, since: int | None = None) -> NestState:
    try:
        room, stage, entries = transaction(act, since)
    except NoScriptError:
        nests_lua.read_room.load()
        player_lua.read_stage.load()
        room, stage, entries = transaction(act, since)
    if room == ["gone"] or stage == ["gone"]:
        raise NoSuchNest
    _, rev, epoch, server_ms, listeners, life = room
    _, playback, song, last_song, queue, preview, volume, horns = stage
    events = [(int(entry_id.split("-")[0]), fields["event"]) for entry_id, fields in entries]
    return NestState(
        rev=int(rev),
        epoch=epoch,
        server_ms=server_ms,
        listeners=listeners,
        settings=records.settings_in(dict(zip(life[::2], life[1::2], strict=True))),
        playback=playback,
        song=song,
        last_song=last_song,
        queue=queue,
        preview=preview,
        volume=volume,
        airhorns=horns,
        events=events,
    )


def transaction(act: CommandContext, since: int | None) -> list[Any]:
    pipe = redis().pipeline(transaction=True)
    nests_lua.read_room.queue_on(pipe, act, viewer=act.user)
    listed = conf().airhorn_list_min_len
    player_lua.read_stage.queue_on(pipe, act, viewer=act.user, horns_listed=listed)
    if since is None:
        pipe.echo("")  # Keeps the shape: three replies.
    else:
        pipe.xrange(act.keys.events, min=f"{since + 1}-0")
    found = pipe.execute()
    return [*found[:2], found[2] or []]
