"""JSPF: XSPF in JSON, as ListenBrainz writes it."""

import json
from typing import Any

from player.playlists.formats.base import ListedPlaylist, ListedSong, decode_text, to_ms, unreadable


def read_jspf(content: bytes) -> ListedPlaylist:
    """Raises Refusal `unreadable_playlist`."""
    try:
        found = json.loads(decode_text(content))
    except (ValueError, RecursionError) as error:
        raise unreadable("This is no JSON that can be read.") from error
    playlist = found.get("playlist") if isinstance(found, dict) else None
    if not isinstance(playlist, dict) or not isinstance(playlist.get("track", []), list):
        raise unreadable("This JSON is no JSPF: it has no playlist with tracks.")
    tracks = [track for track in playlist.get("track", []) if isinstance(track, dict)]
    return ListedPlaylist(text_in(playlist, "title"), [read_track(track) for track in tracks])


def read_track(track: dict[str, Any]) -> ListedSong:
    return ListedSong(
        title=text_in(track, "title"),
        artist=text_in(track, "creator"),
        album=text_in(track, "album"),
        duration_ms=to_ms(str(track.get("duration", ""))[:20]),
        locations=(*texts_in(track, "location"), *texts_in(track, "identifier")),
    )


def text_in(thing: dict[str, Any], name: str) -> str:
    return next(iter(texts_in(thing, name)), "")


def texts_in(thing: dict[str, Any], name: str) -> list[str]:
    """One, or a list of them: both are written."""
    value = thing.get(name)
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if isinstance(text, str) and text]
