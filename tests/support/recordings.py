"""Rows of the library without files, as a scan would have left them."""

from typing import Any

from player.library.indexing import add_search_fields, learn_words
from player.models import Track


def recording(
    title: str, artist: str = "The Band", album: str = "One", seconds: int = 180, **more: Any
) -> Track:
    told: dict[str, Any] = {
        "path": f"{artist}/{album}/{title}.flac",
        "title": title,
        "artist": artist,
        "album": album,
        "album_artist": artist,
        "duration_ms": seconds * 1000,
    }
    return add_search_fields(Track(**told | more))


def shelved(*rows: Track) -> list[Track]:
    kept = Track.objects.bulk_create(rows, batch_size=500)
    learn_words(kept)
    return kept
