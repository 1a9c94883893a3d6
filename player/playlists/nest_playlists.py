"""Playlists that a nest may go by: what everybody may read, and those of who built it."""

from random import Random

from django.db.models import Q

from andre.core.errors import Refusal
from andre.protocol import shapes
from player.models import Playlist
from player.playlists.playlists import find_playlist
from player.track_rows import EPISODE, track_of_entry


def check_for_nest(playlist_id: int, chooser: str, creator: str) -> None:
    """Raises Refusal `playlist_not_found` where the chooser may not read it, or the nest use it.

    `chooser` is empty for whoever runs the server.
    """
    if chooser:
        find_playlist(chooser, playlist_id)
    if find_for_nest(playlist_id, creator) is None:
        sentence = "This nest takes a playlist that is shared, or one of who built it."
        raise Refusal("playlist_not_found", sentence)


def find_for_nest(playlist_id: int, creator: str) -> Playlist | None:
    return Playlist.objects.filter(Q(shared=True) | Q(user=creator), pk=playlist_id).first()


def pick_track(playlist: Playlist, rng: Random, provider: str) -> shapes.Track | None:
    """One of its songs that has an address, of this provider where there are any; no episode."""
    known = playlist.entries.exclude(uri="").exclude(uri__contains=EPISODE)
    own = known.filter(uri__startswith=f"{provider}:")
    for songs in (own, known):
        if count := songs.count():
            return track_of_entry(songs[rng.randrange(count)])
    return None
