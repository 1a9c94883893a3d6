"""A catalogue row as the wire knows it."""

from andre.protocol import shapes
from player.models import Track

NAME = "library"
STAGE_SIZE = 640
LEVEL_LUFS = -18.0  # The reference of ReplayGain 2.
SOFTEST_DB = -18.0  # A measurement beyond this is more likely a mistake than music.


def to_track(track: Track) -> shapes.Track:
    return shapes.Track(
        uri=track.uri,
        provider=NAME,
        title=track.title,
        artist=track.artist,
        album=track.album,
        duration_ms=track.duration_ms,
        image=image_of(track),
        gain_db=gain_of(track),
        isrc=track.isrc,
    )


def gain_of(track: Track) -> float:
    """What brings a loud recording down to the others, in dB; 0 where nobody has measured it.

    A media element can only be turned down, hence a level that few recordings stay below.
    """
    if track.loudness is None:
        return 0.0
    return round(max(SOFTEST_DB, min(0.0, LEVEL_LUFS - track.loudness)), 2)


def image_of(track: Track) -> str:
    """Names the picture too, so that a browser may keep what it got for good."""
    if not track.cover:
        return ""
    return f"/media/covers/{track.pk}?size={STAGE_SIZE}&v={track.cover[:8]}"
