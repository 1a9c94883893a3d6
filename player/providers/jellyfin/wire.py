"""What Jellyfin calls the facts of a song, an album and an artist."""

from typing import Any

from player.library.files import CONTENT_TYPES
from player.providers.music_servers.rows import SongFacts, number_of, text_in
from player.providers.music_servers.server import MusicServer

FIELDS = "Genres,MediaSources"
TICKS_OF_A_MS = 10_000
ALAC = "alac"

Json = dict[str, Any]


def facts_of_song(server: MusicServer, item: Json) -> SongFacts:
    source = first_of(item.get("MediaSources"))
    by = first_of(item.get("ArtistItems")) or first_of(item.get("AlbumArtists"))
    genres = item.get("Genres")
    return SongFacts(
        uri=server.uri_of("track", item.get("Id")),
        title=text_in(item, "Name"),
        artist=artists_in(item),
        album=text_in(item, "Album"),
        duration_ms=length_of(item),
        suffix="" if is_alac(source) else suffix_of(item, source),
        kbits=int((number_of(source.get("Bitrate")) or 0) / 1000),
        image=server.image_of(cover_of(item)),
        gain_db=number_of(item.get("NormalizationGain")),
        album_id=text_in(item, "AlbumId"),
        artist_id=text_in(by, "Id"),
        genre="; ".join(map(str, genres)) if isinstance(genres, list) else "",
    )


def facts_of_thing(server: MusicServer, item: Json, kind: str) -> SongFacts:
    name = text_in(item, "Name")
    is_album = kind == "album"
    return SongFacts(
        uri=server.uri_of(kind, item.get("Id")),
        title=name,
        artist=text_in(item, "AlbumArtist") if is_album else "",
        album=name if is_album else "",
        duration_ms=length_of(item) if is_album else 0,
        suffix="",
        image=server.image_of(cover_of(item)),
    )


def artists_in(item: Json) -> str:
    named = item.get("Artists")
    said = ", ".join(str(name) for name in named if name) if isinstance(named, list) else ""
    return said or text_in(item, "AlbumArtist")


def length_of(item: Json) -> int:
    """In ms; 0 where nobody knows."""
    ticks = number_of(item.get("RunTimeTicks")) or 0
    return max(0, round(ticks / TICKS_OF_A_MS))


def suffix_of(item: Json, source: Json) -> str:
    """Of several names for one container (`mov,mp4,m4a`) the first one that browsers know."""
    said = (text_in(source, "Container") or text_in(item, "Container")).lower().split(",")
    return next((name for name in said if f".{name}" in CONTENT_TYPES), "")


def is_alac(source: Json) -> bool:
    streams = source.get("MediaStreams")
    listed = streams if isinstance(streams, list) else []
    return any(isinstance(each, dict) and each.get("Codec") == ALAC for each in listed)


def cover_of(item: Json) -> str:
    """The id of what has its picture: the album, so that it is fetched once for all its songs."""
    tags = item.get("ImageTags")
    if item.get("AlbumPrimaryImageTag"):
        return text_in(item, "AlbumId")
    return text_in(item, "Id") if isinstance(tags, dict) and tags.get("Primary") else ""


def items_in(answer: Json) -> list[Json]:
    found = answer.get("Items")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def first_of(listed: object) -> Json:
    found = listed[0] if isinstance(listed, list) and listed else {}
    return found if isinstance(found, dict) else {}
