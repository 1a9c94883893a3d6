"""What a newcomer sees: each app's part, read in one transaction, true at one revision."""

import json
from dataclasses import dataclass, replace
from typing import Any

from redis.exceptions import NoScriptError

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.core.redis import OUTDATED, nest_upgrade, redis
from andre.core.throttle import parse_throttle
from nests.realtime.arrivals import text_for
from nests.realtime.send_queue import Revisions
from nests.registry import records, store
from nests.registry.records import Nest
from nests.scripts import lua as nests_lua
from player.queue import repeats
from player.scripts import lua as player_lua

MESSAGES_TOLD = 50
RECENT_TOLD = 500  # tracks; more than half an hour holds, and of a longer time the latest


@dataclass(frozen=True)
class NestState:
    """A nest at one revision; the parts are JSON texts as the scripts put them together."""

    rev: int
    epoch: str
    server_ms: str
    listeners: str
    life: dict[str, str]
    dj_away_until_ms: str
    throttle: str
    playback: str
    song: str
    last_song: str
    queue: str
    proposals: str
    preview: str
    volume: str
    airhorns: str
    skip_voters: str
    muted: str
    chat: str
    own_rev: int
    preferences: str
    devices: str
    speaker: str
    events: list[tuple[int, str]]
    own_events: list[tuple[int, str]]


def welcome(
    act: CommandContext, you: str, since: Revisions | None, epoch: str | None
) -> tuple[Revisions, str]:
    """The first message of a connection and its revisions. Raises NoSuchNest.

    Who comes back within the same epoch and whose gap the stream still covers gets the missed
    events, anyone else the whole snapshot.
    """
    seen, snapshot = resume_or_snapshot(act, since, epoch)
    missed = [text_for(act.user_id, text) for _, text in seen.events]
    events = "[" + ",".join([*missed, *(text for _, text in seen.own_events)]) + "]"
    return Revisions(seen.rev, seen.own_rev), (
        f'{{"type":"welcome","you":{you},"nest_id":{json.dumps(act.nest)},'
        f'"epoch":{json.dumps(seen.epoch)},"rev":{seen.rev},"server_ms":{seen.server_ms},'
        f'"playback":{seen.playback},{repeats_of(act, seen)},"snapshot":{snapshot or "null"},'
        f'"events":{"null" if snapshot else events}}}'
    )


def repeats_of(act: CommandContext, seen: NestState) -> str:
    """What may not be added now, so that the page can say so before anybody tries."""
    nest = replace(store.get_nest(act.nest), settings=records.settings_in(seen.life))
    no_repeat = repeats.no_repeat_ms(nest)
    ended = redis().zrevrange(act.keys.recent, 0, RECENT_TOLD - 1, withscores=True)
    rest = repeats.not_yet_welcome(ended, no_repeat, int(seen.server_ms))
    return (
        f'"no_repeat_ms":{no_repeat},"played_recently":{json.dumps(rest)},'
        f'"artists_heard":{json.dumps(artists_of(act, nest, int(seen.server_ms)))}'
    )


def artists_of(act: CommandContext, nest: Nest, now_ms: int) -> dict[str, int]:
    """Who has to rest, and when they were heard last."""
    gap = repeats.artist_gap_ms(nest)
    if gap == 0:
        return {}
    ended = redis().zrevrangebyscore(
        act.keys.artists_heard, "+inf", now_ms - gap, start=0, num=RECENT_TOLD, withscores=True
    )
    return {artist: int(ms) for artist, ms in ended}


def resume_or_snapshot(
    act: CommandContext, since: Revisions | None, epoch: str | None
) -> tuple[NestState, str | None]:
    """The nest and its snapshot; none where the events since are all there, in this epoch."""
    seen = read_state(act, since)
    resumes = since is not None and epoch == seen.epoch and covers(seen, since)
    return seen, None if resumes else snapshot_text(act, seen)


def covers(seen: NestState, since: Revisions) -> bool:
    """Whether the events of both scopes are all there."""
    return is_whole(seen.events, since.nest, seen.rev) and is_whole(
        seen.own_events, since.listener, seen.own_rev
    )


def is_whole(events: list[tuple[int, str]], since: int, rev: int) -> bool:
    return since <= rev and [each for each, _ in events] == list(range(since + 1, rev + 1))


def snapshot(act: CommandContext) -> str:
    """The snapshot as JSON text. Raises NoSuchNest."""
    return snapshot_text(act, read_state(act))


def snapshot_text(act: CommandContext, seen: NestState) -> str:
    found = replace(store.get_nest(act.nest), settings=records.settings_in(seen.life))
    nest = found.info(act.user, act.actor.house_role, act.origin).model_dump_json()
    count = len(json.loads(seen.listeners))
    return (
        f'{{"nest":{nest},"listeners":{seen.listeners},"count":{count},'
        f'"playback":{seen.playback},"song":{seen.song},"last_song":{seen.last_song},'
        f'"queue":{seen.queue},"proposals":{seen.proposals},"preview":{seen.preview},"volume":{seen.volume},"airhorns":{seen.airhorns},'
        f'"chat":{seen.chat},"skip_voters":{seen.skip_voters},"skip_share":{conf().skip_vote_share},'
        f'"dj":{dj_text(found, seen.life)},"dj_away_until_ms":{seen.dj_away_until_ms or "null"},'
        f'"throttle":{seen.throttle},"muted":{seen.muted},'
        f'"mine":{{"rev":{seen.own_rev},"preferences":{seen.preferences},'
        f'"devices":{seen.devices},"speaker":{seen.speaker}}},"rev":{seen.rev},'
        f'"epoch":{json.dumps(seen.epoch)},"server_ms":{seen.server_ms}}}'
    )


def dj_text(nest: Nest, life: dict[str, str]) -> str:
    """Who built it, where an older version has built it, and it never had a DJ."""
    if nest.is_main:
        return "null"
    dj_id = life.get("dj_id", nest.creator_id)
    return json.dumps({"id": dj_id, "name": life.get("dj_name", nest.creator_name)})


def read_state(act: CommandContext, since: Revisions | None = None) -> NestState:
    """Raises NoSuchNest."""
    try:
        room, stage, own, said, entries, own_entries = transaction(act, since)
    except NoScriptError:
        nests_lua.read_listeners.load()
        nests_lua.read_listener.load()
        player_lua.read_playback.load()
        room, stage, own, said, entries, own_entries = transaction(act, since)
    if OUTDATED in (room, stage):
        nest_upgrade.run(act)
        room, stage, own, said, entries, own_entries = transaction(act, since)
    if room == ["gone"] or stage == ["gone"]:
        raise NoSuchNest
    _, rev, epoch, server_ms, listeners, life, dj_away_until_ms, muted, throttle = room
    _, playback, song, last_song, queue, proposals, preview, volume, horns, skip_voters = stage
    _, own_rev, preferences, devices, device, tab = own
    return NestState(
        rev=int(rev),
        epoch=epoch,
        server_ms=server_ms,
        listeners=listeners,
        life=dict(zip(life[::2], life[1::2], strict=True)),
        dj_away_until_ms=dj_away_until_ms,
        throttle=throttle if parse_throttle(throttle, int(server_ms)) else "null",
        playback=playback,
        song=song,
        last_song=last_song,
        queue=queue,
        proposals=proposals,
        preview=preview,
        volume=volume,
        airhorns=horns,
        skip_voters=skip_voters,
        muted=json.dumps(muted),
        chat=f"[{','.join(said)}]",
        own_rev=int(own_rev),
        preferences=preferences,
        devices=devices,
        speaker=json.dumps({"device": device, "tab": tab or None} if device else None),
        events=events_in(entries),
        own_events=events_in(own_entries),
    )


def events_in(entries: list[tuple[str, dict[str, str]]]) -> list[tuple[int, str]]:
    """By revision."""
    return [(int(entry_id.split("-")[0]), fields["event"]) for entry_id, fields in entries]


def transaction(act: CommandContext, since: Revisions | None) -> list[Any]:
    """Three replies of scripts, the latest messages of the chat, then the entries of both streams
    since these revisions."""
    pipe = redis().pipeline(transaction=True)
    nests_lua.read_listeners.queue_on(pipe, act, viewer=act.user)
    listed = conf().airhorn_list_min_len
    player_lua.read_playback.queue_on(pipe, act, viewer=act.user, horns_listed=listed)
    nests_lua.read_listener.queue_on(pipe, act)
    pipe.lrange(act.keys.chat, -MESSAGES_TOLD, -1)
    if since is not None:
        pipe.xrange(act.keys.events, min=f"{since.nest + 1}-0")
        pipe.xrange(act.key("listener_events"), min=f"{since.listener + 1}-0")
    found = pipe.execute()
    return found if since is not None else [*found, [], []]
