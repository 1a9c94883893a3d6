"""When a play counts as listened to."""

LISTENED_MS = 240_000


def play_threshold_ms(duration_ms: int) -> float:
    """Half of the song or four minutes, whichever comes first."""
    return min(duration_ms / 2, LISTENED_MS)
