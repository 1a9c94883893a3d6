"""When each song starts, and why there."""

from player.queue.queue_schedule import explain_queue


def test_what_is_locked_plays_first_whatever_has_been_voted_since():  # Q8 Q10
    queue = [
        {"song_id": 1, "duration_ms": 60_000, "vote": 3},
        {"song_id": 2, "duration_ms": 90_000, "vote": 0},
    ]
    playback = {"is_playing": True, "ends_at_ms": 1_000, "locked_song_id": 2}

    locked, voted = explain_queue(queue, playback)

    assert (locked["song_id"], locked["locked"], locked["starts_at_ms"]) == (2, True, 1_000)
    assert (voted["locked"], voted["starts_at_ms"]) == (False, 91_000)
    assert voted["why"] == {"songs_ahead": 1, "seconds_ahead": 90, "votes": 3}
