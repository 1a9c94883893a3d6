"""Nests with songs and listeners, for the benches whose people do things."""

from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from andre.protocol.shapes import Track

ALICE = "alice@example.com"


def new_nest() -> str:
    from nests.registry import store

    return store.create_nest(ALICE, "Alice", f"Bench {uuid4().hex}").nest_id


def queued(nest: str, *seconds: float) -> list[int]:
    """Alice's songs of these lengths; their ids."""
    from andre.core.context import Actor, CommandContext
    from player.queue import queue

    tracks = [track(each) for each in seconds]
    answer = queue.add_tracks(CommandContext(nest, Actor(ALICE, "Alice")), tracks)
    assert not answer["rejected"], answer["rejected"]
    return [int(song_id) for song_id in answer["added"]]


def track(seconds: float) -> "Track":
    """A recording that nobody has played before."""
    from andre.protocol.shapes import Track

    return Track(
        uri=f"library:track:{uuid4().hex}",
        provider="library",
        title="Song",
        artist="The Band",
        album="",
        duration_ms=round(seconds * 1000),
        image="",
    )


def shelved(count: int) -> list[str]:
    """Addresses of that many recordings in the catalogue, as a scan would have left them."""
    from tests.support import recordings

    rows = [
        recordings.recording(f"Recording {number}", seconds=3_600, path=f"{uuid4().hex}.flac")
        for number in range(count)
    ]
    return [row.uri for row in recordings.shelved(*rows)]
