"""What the Subsonic API calls the facts of a song, an album and an artist."""

from typing import Any

from player.providers.music_servers.rows import SongFacts, number_of, text_in
from player.providers.music_servers.server import MusicServer

KINDS = ("song", "album", "artist")

Json = dict[str, Any]


def facts_of_song(server: MusicServer, item: Json) -> SongFacts:
    gains, codes = item.get("replayGain"), item.get("isrc")
    return SongFacts(
        uri=server.uri_of("track", item.get("id")),
        title=text_in(item, "title"),
        artist=text_in(item, "artist"),
        album=text_in(item, "album"),
        duration_ms=0 if item.get("isVideo") else length_of(item),
        suffix=text_in(item, "suffix"),
        kbits=int(number_of(item.get("bitRate")) or 0),
        image=server.image_of(text_in(item, "coverArt")),
        is_explicit=item.get("explicitStatus") == "explicit",
        gain_db=number_of(gains.get("trackGain")) if isinstance(gains, dict) else None,
        isrc=str(codes[0]) if isinstance(codes, list) and codes else "",
        album_id=text_in(item, "albumId"),
        artist_id=text_in(item, "artistId"),
        genre=text_in(item, "genre"),
    )


def facts_of_thing(server: MusicServer, item: Json, kind: str) -> SongFacts:
    name = text_in(item, "name")
    is_album = kind == "album"
    return SongFacts(
        uri=server.uri_of(kind, item.get("id")),
        title=name,
        artist=text_in(item, "artist") if is_album else "",
        album=name if is_album else "",
        duration_ms=length_of(item),
        suffix="",
        image=server.image_of(text_in(item, "coverArt")),
    )


def length_of(item: Json) -> int:
    """In ms, as whole seconds are told; 0 where nobody knows, as of a stream."""
    seconds = item.get("duration")
    return seconds * 1000 if isinstance(seconds, int) and seconds > 0 else 0


def year_of(album: Json) -> int:
    year = album.get("year")
    return year if isinstance(year, int) else 9999


def things_in(answer: object, name: str) -> list[Json]:
    """Some servers leave an empty list out, and write a single thing without one."""
    found = answer.get(name) if isinstance(answer, dict) else None
    things = found if isinstance(found, list) else [found]
    return [each for each in things if isinstance(each, dict)]
