"""A catalogue row as the wire knows it."""

from andre.protocol import shapes
from player.models import Track

NAME = "library"
STAGE_SIZE = 640


def shape(track: Track) -> shapes.Track:
    return shapes.Track(
        uri=track.uri,
        provider=NAME,
        title=track.title,
        artist=track.artist,
        album=track.album,
        duration_ms=track.duration_ms,
        image=image_of(track),
    )


def image_of(track: Track) -> str:
    """Names the picture too, so that a browser may keep what it got for good."""
    if not track.cover:
        return ""
    return f"/media/covers/{track.pk}?size={STAGE_SIZE}&v={track.cover[:8]}"
