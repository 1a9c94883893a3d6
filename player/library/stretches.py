"""A stretch of a file: what a track of a CUE sheet is, where all others are the whole file."""

from dataclasses import dataclass

from player.models import Track


@dataclass(frozen=True)
class Stretch:
    begins_ms: int
    length_ms: int


def stretch_of(track: Track) -> Stretch | None:
    """None for a whole file."""
    return Stretch(track.begins_ms, track.duration_ms) if track.piece else None
