"""The one boundary between a track and the rows that hold one: of the library, of a queue, of the
history, of a playlist. A queue calls its fields trackid, src and img.
"""

from collections.abc import Mapping
from typing import Any

from andre.protocol import shapes
from player.models import Play, PlaylistEntry, Track

NAME = "library"
EPISODE = ":episode:"  # In the address of what is a podcast's, and no song.
STAGE_SIZE = 640
# What `to_track` reads of a row.
COLUMNS = (
    *("title", "artist", "album", "duration_ms", "cover"),
    *("isrc", "explicit", "loudness", "lyrics"),
)
LEVEL_LUFS = -18.0  # The reference of ReplayGain 2.
SOFTEST_DB = -18.0  # A measurement beyond this is more likely a mistake than music.


def to_track(track: Track) -> shapes.Track:
    """Of a row of the library, which has COLUMNS at least."""
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
        explicit=track.explicit,
        lyrics=lyrics_of(track),
    )


def track_of_song(song: Mapping[str, Any]) -> shapes.Track:
    """Of a song in a queue, as on the wire."""
    return shapes.Track(
        uri=song["trackid"],
        provider=song["src"],
        title=song["title"],
        artist=song["artist"],
        album=song["album"],
        duration_ms=song["duration_ms"],
        image=song["img"],
        explicit=song["explicit"],
    )


def track_of_play(play: Play) -> shapes.Track:
    return shapes.Track(
        uri=play.uri,
        provider=play.uri.partition(":")[0],
        title=play.title,
        artist=play.artist,
        album=play.album,
        duration_ms=play.duration_ms,
        image=play.image,
        explicit=play.explicit,
    )


def track_of_entry(entry: PlaylistEntry) -> shapes.Track:
    return shapes.Track(
        uri=entry.uri,
        provider=entry.uri.partition(":")[0],
        title=entry.title,
        artist=entry.artist,
        album=entry.album,
        duration_ms=entry.duration_ms,
        image=entry.image,
    )


def lyrics_of(track: Track) -> shapes.LyricsKind:
    return "timed" if track.lyrics == "timed" else "plain" if track.lyrics else ""


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


def play_row(nest: str, nest_name: str, play: dict[str, Any]) -> Play:
    """As a row of the history; `play` is what Redis kept of it."""
    song = play["song"]
    return Play(
        nest_id=nest,
        nest_name=nest_name,
        song_id=song["song_id"],
        uri=song["trackid"],
        title=song["title"],
        artist=song["artist"],
        album=song["album"],
        image=song["img"],
        duration_ms=song["duration_ms"],
        explicit=song["explicit"],
        user=song["user"],
        auto=song["auto"],
        strategy=song["strategy"],
        started_ms=play["started_ms"],
        ended_ms=play["ended_ms"],
        heard_ms=play["heard_ms"],
        outcome=play["outcome"],
        skipped_by=play["skipped_by"],
        jams=song["jams"],
        comments=song["comments"],
        airhorns=play["airhorns"],
        votes=song["vote"],
    )
