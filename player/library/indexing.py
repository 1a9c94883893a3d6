"""What searching reads of a track: one folded line, two short keys, and every word there is."""

from collections.abc import Iterable

from player.library.words import fold, key_of, words
from player.models import Track, Word


def indexed(track: Track) -> Track:
    """The same track, with what its title, artist and album make of it."""
    track.folded = fold(f"{track.title} {track.artist} {track.album}")
    track.album_key = key_of(track.album_artist, track.album)
    track.artist_key = key_of(track.artist)
    return track


def learn_words(tracks: Iterable[Track]) -> None:
    found = {word for track in tracks for word in words(track.folded)}
    Word.objects.bulk_create(
        [Word(text=word) for word in sorted(found)], ignore_conflicts=True, batch_size=500
    )
