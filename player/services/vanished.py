"""Songs whose recordings are gone from the library leave every queue."""

from collections.abc import Collection

from andre.act import Act
from nests.services import rooms
from player.lua import lua
from player.services import playback

GONE = "Its recording is gone."


def fail_everywhere(uris: Collection[str], reason: str = GONE) -> int:
    """Let every queued or playing song with one of these tracks fail; how many did."""
    failed = 0
    for nest in rooms.list_nests() if uris else []:
        for uri in uris:
            for song_id in lua.songs_of_track(Act(nest.nest_id), track=uri):
                playback.fail(nest.nest_id, int(song_id), reason)
                failed += 1
    return failed
