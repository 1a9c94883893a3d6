"""What follows from a nest's queue and what plays: when each song starts, and why there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def explain_queue(queue: Sequence[Row], playback: Row) -> Iterator[dict[str, Any]]:
    """The rows in the order they will play, each with `starts_at_ms` (ms of the nest's clock; None
    while nothing moves), `locked`, and `why`: songs and seconds of music before it, votes.
    """
    is_moving = playback["is_playing"]
    starts_at = playback["ends_at_ms"] if is_moving else None
    seconds = 0.0
    for place, row in enumerate(in_order(queue, playback["locked_song_id"])):
        why = {"songs_ahead": place, "seconds_ahead": seconds, "votes": row["vote"]}
        locked = row["song_id"] == playback["locked_song_id"]
        yield {**row, "starts_at_ms": starts_at, "locked": locked, "why": why}
        seconds += row["duration_ms"] / 1000
        starts_at = starts_at + row["duration_ms"] if is_moving else None


def in_order(queue: Sequence[Row], locked: int | None) -> list[Row]:
    """What is locked plays first, whatever has been voted since."""
    return sorted(queue, key=lambda row: row["song_id"] != locked)
