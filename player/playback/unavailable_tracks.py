"""Songs whose recordings are gone from the library leave every queue."""

from collections.abc import Collection

from andre.core.context import CommandContext
from nests.registry import store
from player.playback import playback
from player.scripts import lua

GONE = "Its recording is gone."


def fail_everywhere(uris: Collection[str], reason: str = GONE) -> int:
    """Let every queued or playing song with one of these tracks fail; how many did."""
    failed = 0
    for nest in store.list_nests() if uris else []:
        for uri in uris:
            for song_id in lua.songs_of_track(CommandContext(nest.nest_id), track=uri):
                playback.fail(nest.nest_id, int(song_id), reason)
                failed += 1
    return failed
