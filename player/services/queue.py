"""The queue: songs in, songs out, and half a minute to think again."""

import json
import secrets
from collections.abc import Iterable, Mapping

from andre.act import Act
from andre.conf import conf
from andre.errors import Refusal
from andre.keys import MAIN
from andre.limits import spend
from andre.protocol.frames import Answer
from andre.protocol.shapes import Track
from nests.services import rooms
from player import providers
from player.lua import lua
from player.services import deadlines
from player.services.expanding import expanded
from player.services.repeats import no_repeat_ms
from player.songs import new_song


def add(
    act: Act, uris: list[str], lengths: Mapping[str, int] | None = None, *, again: bool = False
) -> Answer:
    """Each is answered on its own: {"added": [song id], "rejected": [{uri, error, message}]}.

    An album or artist becomes its tracks, in their order. `lengths` are what a page measured of
    tracks whose length nobody tells; of others they count for nothing. With `again` what has just
    played is taken, too.
    """
    tracks: list[Track] = []
    unknown = []
    for uri, found in zip(uris, expanded(uris, act.user), strict=True):
        if isinstance(found, Refusal):
            unknown.append({"uri": uri, **found.body()})
        else:
            tracks += [measured(track, lengths or {}) for track in found]
    if len(tracks) > len(uris):  # An album is as many songs as it has.
        spend("songs", act.user, cost=len(tracks) - len(uris))
    answer = add_tracks(act, tracks, again=again)
    return answer | {"rejected": [*unknown, *answer["rejected"]]}


def measured(track: Track, lengths: Mapping[str, int]) -> Track:
    if track.uri not in lengths or providers.PROVIDERS[track.provider].tells_lengths:
        return track
    return track.model_copy(update={"duration_ms": lengths[track.uri]})


def add_tracks(act: Act, tracks: Iterable[Track], *, again: bool = False) -> Answer:
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
        no_repeat_ms=0 if again else no_repeat_ms(rooms.get_nest(act.nest)),
    )
    _, rev, added, rejected, due = reply
    ids = json.loads(added)
    if ids:
        deadlines.note(act.nest, due)
    return {"rev": int(rev), "added": ids, "rejected": [*unplayable, *json.loads(rejected)]}


def depth_limit(nest: str) -> int | None:
    return None if nest == MAIN else conf().nest_max_queue_depth


def remove(act: Act, song_id: int, *, may_remove_all: bool) -> Answer:
    token = secrets.token_hex(16)
    reply = lua.remove_song(act, song_id=song_id, may_remove_all=may_remove_all, undo_token=token)
    match reply:
        case ["removed", rev, due, kept_token]:
            deadlines.note(act.nest, due)
            return {"rev": int(rev), "undo_token": kept_token}
        case ["forbidden"]:
            raise Refusal("forbidden", "Only who added this song may remove it.")
        case _:
            raise song_not_queued()


def clear(act: Act) -> Answer:
    reply = lua.clear_queue(act, undo_token=secrets.token_hex(16))
    match reply:
        case ["cleared", rev, due, kept_token]:
            deadlines.note(act.nest, due)
            return {"rev": int(rev), "undo_token": kept_token}
        case _:
            return {"rev": int(reply[1])}


def undo(act: Act, undo_token: str) -> Answer:
    match lua.undo(act, undo_token=undo_token):
        case ["restored", rev, due]:
            deadlines.note(act.nest, due)
            return {"rev": int(rev)}
        case _:
            raise Refusal("not_found", "This can no longer be undone.")


def song_not_queued() -> Refusal:
    return Refusal("song_not_queued", "This song is not in the queue any more.")
