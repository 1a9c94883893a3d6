"""A queue or an evening of a nest, as entries of a playlist."""

import json
from itertools import pairwise

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from player.models import Play, PlaylistEntry
from player.playlists.entries import entry_of_track
from player.playlists.playlists import MOST_ENTRIES
from player.scripts import lua
from player.track_rows import track_of_play, track_of_song

# Whoever comes back after three hours of silence begins another evening.
LONGEST_SILENCE_MS = 3 * 3_600_000


def entries_of_queue(act: CommandContext) -> list[PlaylistEntry]:
    """What plays, then what waits. Raises NoSuchNest, or Refusal `nothing_playing`."""
    _, _, playing, _, queue, *_ = lua.read_playback(act, viewer=act.user, horns_listed=1)
    songs = [json.loads(playing), *json.loads(queue)]
    entries = [entry_of_track(track_of_song(song)) for song in songs if song]
    if not entries:
        raise Refusal("nothing_playing", "Nothing plays here and nothing waits.")
    return entries[:MOST_ENTRIES]


def entries_of_evening(nest: str) -> list[PlaylistEntry]:
    """What was played to its end since the last long silence, oldest first.

    Raises Refusal `nothing_playing`.
    """
    heard = [play for play in reversed(plays_of_evening(nest)) if play.outcome == "played"]
    if not heard:
        raise Refusal("nothing_playing", "Nothing has been played here to its end yet.")
    return [entry_of_track(track_of_play(play)) for play in heard]


def plays_of_evening(nest: str) -> list[Play]:
    """The latest first."""
    latest = list(Play.objects.filter(nest_id=nest).order_by("-started_ms")[:MOST_ENTRIES])
    for index, (later, earlier) in enumerate(pairwise(latest), start=1):
        if later.started_ms - earlier.ended_ms > LONGEST_SILENCE_MS:
            return latest[:index]
    return latest
