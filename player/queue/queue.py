"""The queue: songs in, songs out, and half a minute to think again."""

import json
import secrets
from collections.abc import Iterable, Mapping

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import MAIN
from andre.core.rate_limits import consume
from andre.protocol.frames import Answer
from andre.protocol.shapes import Track
from nests.registry import store
from player import providers
from player.discovery.expand import expand_all
from player.playback import scheduler
from player.queue.repeats import no_repeat_ms
from player.queue.songs import new_song
from player.scripts import lua


def add(
    act: CommandContext,
    uris: list[str],
    lengths: Mapping[str, int] | None = None,
    *,
    again: bool = False,
) -> Answer:
    """Each is answered on its own: {"added": [song id], "rejected": [{uri, error, message}]}.

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
    songs, unplayable = [], []
    for track in tracks:
        try:
            songs.append(new_song(track, act).fields())
        except Refusal as refusal:
            unplayable.append({"uri": track.uri, **refusal.body()})
    reply = lua.add_songs(
        act,
        songs=json.dumps(songs),
        depth_limit=depth_limit(act.nest),
        no_repeat_ms=0 if again else no_repeat_ms(store.get_nest(act.nest)),
    )
    _, rev, added, rejected, due = reply
    ids = json.loads(added)
    if ids:
        scheduler.schedule(act.nest, due)
    return {"rev": int(rev), "added": ids, "rejected": [*unplayable, *json.loads(rejected)]}


def depth_limit(nest: str) -> int | None:
    return None if nest == MAIN else conf().nest_max_queue_depth


def remove(act: CommandContext, song_id: int, *, may_remove_all: bool) -> Answer:
    token = secrets.token_hex(16)
    reply = lua.remove_song(act, song_id=song_id, may_remove_all=may_remove_all, undo_token=token)
    match reply:
        case ["removed", rev, due, kept_token]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev), "undo_token": kept_token}
        case ["forbidden"]:
            raise Refusal("forbidden", "Only who added this song may remove it.")
        case _:
            raise song_not_queued()


def clear(act: CommandContext) -> Answer:
    reply = lua.clear_queue(act, undo_token=secrets.token_hex(16))
    match reply:
        case ["cleared", rev, due, kept_token]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev), "undo_token": kept_token}
        case _:
            return {"rev": int(reply[1])}


def undo(act: CommandContext, undo_token: str) -> Answer:
    match lua.undo(act, undo_token=undo_token):
        case ["restored", rev, due]:
            scheduler.schedule(act.nest, due)
            return {"rev": int(rev)}
        case _:
            raise Refusal("not_found", "This can no longer be undone.")


def song_not_queued() -> Refusal:
    return Refusal("song_not_queued", "This song is not in the queue any more.")
