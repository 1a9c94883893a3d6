"""The queue: songs in, songs out, and half a minute to think again."""

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from andre.core import permissions
from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import MAIN
from andre.core.rate_limits import consume
from andre.protocol.frames import Answer
from andre.protocol.shapes import Track
from nests.registry import store
from nests.registry.records import Nest
from player import providers
from player.discovery.expand import expand_all
from player.playback import scheduler
from player.queue.repeats import artist_gap_ms, no_repeat_ms
from player.queue.rules import SongRules, find_refusal, rules_of
from player.queue.songs import NewSong, new_song
from player.scripts import lua


def add(
    act: CommandContext,
    uris: list[str],
    lengths: Mapping[str, int] | None = None,
    *,
    again: bool = False,
) -> Answer:
    """Each is answered on its own: {"added": [song id], "waiting": [song id], "rejected": [{uri,
    error, message}]}; what waits does so for approval.

    An album or artist becomes its tracks, in their order. `lengths` are what a page measured of
    tracks whose length nobody tells; of others they count for nothing. With `again` what has just
    played is taken, too.
    """
    tracks: list[Track] = []
    unknown = []
    for uri, found in zip(uris, expand_all(uris, act.user), strict=True):
        if isinstance(found, Refusal):
            unknown.append({"uri": uri, **found.body()})
        else:
            tracks += [with_length(track, lengths or {}) for track in found]
    if len(tracks) > len(uris):  # An album is as many songs as it has.
        consume("songs", act.user, cost=len(tracks) - len(uris))
    answer = add_tracks(act, tracks, again=again)
    return answer | {"rejected": [*unknown, *answer["rejected"]]}


def with_length(track: Track, lengths: Mapping[str, int]) -> Track:
    if track.uri not in lengths or providers.PROVIDERS[track.provider].tells_lengths:
        return track
    return track.model_copy(update={"duration_ms": lengths[track.uri]})


def add_tracks(act: CommandContext, tracks: Iterable[Track], *, again: bool = False) -> Answer:
    """As `add`, for tracks that are known already."""
    nest = store.get_nest(act.nest)
    rules = rules_of(nest)
    songs, unwelcome = [], []
    for track in tracks:
        try:
            songs.append(welcome_song(track, rules, act).fields())
        except Refusal as refusal:
            unwelcome.append({"uri": track.uri, **refusal.body()})
    reply = lua.add_songs(
        act, songs=json.dumps(songs), limits=json.dumps(limits_of(act, nest, again=again))
    )
    _, rev, added, waiting, rejected, *due = reply
    ids = json.loads(added)
    if ids:
        scheduler.schedule(act.nest, *due)
    return {
        "rev": int(rev),
        "added": ids,
        "waiting": json.loads(waiting),
        "rejected": [*unwelcome, *json.loads(rejected)],
    }


def welcome_song(track: Track, rules: SongRules, act: CommandContext) -> NewSong:
    """Raises Refusal for a track that does not play, or not in this nest."""
    refusal = find_refusal(track, rules)
    if refusal is not None:
        raise refusal
    return new_song(track, act)


def limits_of(act: CommandContext, nest: Nest, *, again: bool = False) -> dict[str, Any]:
    """What enqueue.lua asks of a person's song; with `again` nothing has to rest."""
    own = [nest.setting("max_songs_per_person")]
    if act.actor.guest_nest:
        own.append(nest.setting("guest_songs"))
    limits = {
        "depth": depth_limit(nest.nest_id),
        "own": min((number for number in own if number is not None), default=None),
        "no_repeat_ms": 0 if again else no_repeat_ms(nest),
        "artist_gap_ms": 0 if again else artist_gap_ms(nest),
        "may_approve": permissions.is_allowed(act.actor, "approve_song"),
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


def depth_alone(nest: str) -> dict[str, Any]:
    """The same for a song that somebody has chosen who asks nobody: only its place counts."""
    depth = depth_limit(nest)
    limits = {"no_repeat_ms": 0, "artist_gap_ms": 0, "may_approve": True}
    return limits if depth is None else limits | {"depth": depth}


def depth_limit(nest: str) -> int | None:
    return None if nest == MAIN else conf().nest_max_queue_depth


def remove(act: CommandContext, song_id: int, *, may_remove_all: bool) -> Answer:
    """Raises Refusal `forbidden` or `song_not_queued`."""
    token = secrets.token_hex(16)
    reply = lua.remove_song(act, song_id=song_id, may_remove_all=may_remove_all, undo_token=token)
    match reply:
        case ["removed", rev, kept_token, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev), "undo_token": kept_token}
        case ["withdrawn", rev]:
            return {"rev": int(rev)}
        case ["forbidden"]:
            raise Refusal("forbidden", "Only who added this song may remove it.")
        case _:
            raise song_not_queued()


def remove_all_of(act: CommandContext, email: str) -> None:
    """Whatever this person has waiting."""
    match lua.remove_songs_of(act, person=email):
        case ["removed", _, *due]:
            scheduler.schedule(act.nest, *due)


def clear(act: CommandContext) -> Answer:
    reply = lua.clear_queue(act, undo_token=secrets.token_hex(16))
    match reply:
        case ["cleared", rev, kept_token, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev), "undo_token": kept_token}
        case _:
            return {"rev": int(reply[1])}


def undo(act: CommandContext, undo_token: str) -> Answer:
    """Raises Refusal `not_found`."""
    match lua.undo(act, undo_token=undo_token):
        case ["restored", rev, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev)}
        case _:
            raise Refusal("not_found", "This can no longer be undone.")


def song_not_queued() -> Refusal:
    return Refusal("song_not_queued", "This song is not in the queue any more.")
