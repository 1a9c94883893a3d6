"""The same recording in our own library, for listeners who cannot play the queued one."""

from collections.abc import Mapping

from django.db.models import QuerySet

from player.library.text_folding import fold, sort_key
from player.models import Track

SAME_LENGTH_MS = 3_000


def same_recording(song: Mapping[str, str]) -> Track | None:
    """By its ISRC; else by artist and title, however they are written, and a length near it."""
    tracks = Track.objects.filter(available=True)
    if isrc := song.get("isrc"):
        found = tracks.filter(isrc=isrc).first()
        if found is not None:
            return found
    return next(
        (track for track in by_artist(tracks, song["artist"]) if is_same(track, song)), None
    )


def by_artist(tracks: QuerySet[Track], artist: str) -> QuerySet[Track]:
    first = artist.partition(",")[0]
    return tracks.filter(artist_key__in=[sort_key(artist), sort_key(first)]).order_by("pk")


def is_same(track: Track, song: Mapping[str, str]) -> bool:
    apart = abs(track.duration_ms - int(song["duration_ms"]))
    return apart <= SAME_LENGTH_MS and fold(track.title) == fold(song["title"])
