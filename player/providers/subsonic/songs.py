"""What the music server has: searched, looked up, opened; kept for a day as it was told."""

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.library.files import CONTENT_TYPES
from player.providers import cache
from player.providers.base import PAGE_SIZE, Kind
from player.providers.subsonic import client, links
from player.providers.subsonic.links import NAME
from player.track_rows import SOFTEST_DB, STAGE_SIZE

FURTHEST_PAGE = 25
MOST_TRACKS = 200  # As many as one command adds.
ALBUMS_OF_ARTIST = 20
MOST_KBITS_OF_AAC = 576  # Above, what is in the container is ALAC, which few browsers play.
AAC_CONTAINERS = (".m4a", ".mp4")

Json = dict[str, Any]


def search_server(query: str, kind: Kind, page: int) -> list[Track]:
    """What browsers do not play is left out, so a page may be shorter than others."""
    if kind == "playlist" or not 1 <= page <= FURTHEST_PAGE:
        return []
    question = question_of(f"search {kind} {page} {query}")
    found = cache.get_or_ask(
        NAME, question, cache.SEARCH_SECONDS, lambda: search_things(query, kind, page)
    )
    return [Track(**each) for each in found]


def search_things(query: str, kind: Kind, page: int) -> list[Json]:
    counts = {f"{each}Count": PAGE_SIZE * (each == wire_kind(kind)) for each in WIRE_KINDS}
    start = {f"{wire_kind(kind)}Offset": (page - 1) * PAGE_SIZE}
    answer = client.ask("search3", query=query, **counts, **start)
    things = things_in(answer.get("searchResult3"), wire_kind(kind))
    if kind == "track":
        return [row["track"] for row in remember_songs(things)]
    made = album_thing if kind == "album" else artist_thing
    return [thing.model_dump() for thing in map(made, things) if thing]


WIRE_KINDS = ("song", "album", "artist")


def wire_kind(kind: Kind) -> str:
    return "song" if kind == "track" else kind


def look_up_song(uri: str) -> Track:
    """Raises Refusal `track_not_found` or `track_unplayable`, or ProviderError."""
    kind, _ = links.parts(uri) or ("", "")
    if kind != "track":
        raise no_such_thing()
    return Track(**facts_of(uri)["track"])


def facts_of(uri: str) -> Json:
    """{"track", "type", "album", "artist", "genre"} of a song.

    Raises Refusal `track_not_found` or `track_unplayable`, or ProviderError.
    """
    kept = cache.recall(NAME, question_of(uri))
    if kept is None:
        answer = client.ask("getSong", id=uri.rpartition(":")[2])
        rows = remember_songs([answer.get("song") or {}])
        if not rows:
            raise Refusal("track_unplayable", "No browser plays this kind of recording.")
        kept = rows[0]
    found: Json = kept
    return found


def forget_song(uri: str) -> None:
    cache.forget(NAME, question_of(uri))


def open_uri(uri: str) -> list[Track]:
    """Raises Refusal `track_not_found`, or ProviderError."""
    kind, name = links.parts(uri) or ("", "")
    match kind:
        case "track":
            return [look_up_song(uri)]
        case "album":
            found = songs_of_album(name)
        case "artist":
            found = songs_of_artist(name)
        case _:
            found = []
    if not found:
        raise no_such_thing()
    return [Track(**row["track"]) for row in found[:MOST_TRACKS]]


def songs_of_album(name: str) -> list[Json]:
    return remember_songs(things_in(client.ask("getAlbum", id=name).get("album"), "song"))


def songs_of_artist(name: str) -> list[Json]:
    """Album by album, the first one first."""
    albums = things_in(client.ask("getArtist", id=name).get("artist"), "album")
    found: list[Json] = []
    for album in sorted(albums, key=year_of)[:ALBUMS_OF_ARTIST]:
        if len(found) < MOST_TRACKS and links.uri_of("album", album.get("id")):
            found += songs_of_album(str(album["id"]))
    return found


def year_of(album: Json) -> int:
    year = album.get("year")
    return year if isinstance(year, int) else 9999


def remember_songs(items: Iterable[Json]) -> list[Json]:
    """Rows of those that can be played. Who adds what was found asks nobody again."""
    rows = [row for row in map(describe_song, items) if row]
    for row in rows:
        cache.remember(NAME, question_of(row["track"]["uri"]), cache.LOOKUP_SECONDS, row)
    return rows


def question_of(words: str) -> str:
    """What is kept of one server is not told of another."""
    server = hashlib.sha256(f"{conf().subsonic_url} {conf().subsonic_user}".encode())
    return f"{server.hexdigest()[:12]} {words}"


def describe_song(item: Json) -> Json | None:
    """None for what no browser plays, and for what has no title or no length."""
    uri, content_type = links.uri_of("track", item.get("id")), content_type_of(item)
    if uri is None or not content_type or not length_of(item) or item.get("isVideo"):
        return None
    try:
        track = Track(
            uri=uri,
            provider=NAME,
            title=item["title"],
            artist=str(item.get("artist") or "Unknown artist"),
            album=str(item.get("album") or ""),
            duration_ms=length_of(item),
            image=image_of(item),
            explicit=item.get("explicitStatus") == "explicit",
            gain_db=gain_of(item),
            isrc=isrc_of(item),
        )
    except (KeyError, ValidationError):
        return None
    return {
        "track": track.model_dump(),
        "type": content_type,
        "album": str(item.get("albumId") or ""),
        "artist": str(item.get("artistId") or ""),
        "genre": str(item.get("genre") or ""),
    }


def length_of(item: Json) -> int:
    """In ms, as whole seconds are told; 0 where nobody knows, as of a stream."""
    seconds = item.get("duration")
    return seconds * 1000 if isinstance(seconds, int) and seconds > 0 else 0


def content_type_of(item: Json) -> str:
    """By the file's kind, from our own table; empty for what browsers do not play."""
    suffix = f".{item.get('suffix')}".lower()
    kbits = item.get("bitRate")
    if suffix in AAC_CONTAINERS and isinstance(kbits, int) and kbits > MOST_KBITS_OF_AAC:
        return ""
    return CONTENT_TYPES.get(suffix, "")


def gain_of(item: Json) -> float:
    """What brings a loud recording down to the others, as of the library's own."""
    gains = item.get("replayGain")
    gain = gains.get("trackGain") if isinstance(gains, dict) else None
    if not isinstance(gain, int | float):
        return 0.0
    return round(max(SOFTEST_DB, min(0.0, float(gain))), 2)


def isrc_of(item: Json) -> str:
    codes = item.get("isrc")
    return str(codes[0]) if isinstance(codes, list) and codes else ""


def image_of(item: Json) -> str:
    cover = str(item.get("coverArt") or "")
    return f"/media/server-covers/{cover}?size={STAGE_SIZE}" if links.ID.fullmatch(cover) else ""


def album_thing(item: Json) -> Track | None:
    return thing(item, "album", str(item.get("artist") or ""))


def artist_thing(item: Json) -> Track | None:
    return thing(item, "artist", "")


def thing(item: Json, kind: str, artist: str) -> Track | None:
    """An album or an artist as one thing that can be opened."""
    uri, name = links.uri_of(kind, item.get("id")), str(item.get("name") or "")
    if uri is None or not name:
        return None
    try:
        return Track(
            uri=uri,
            provider=NAME,
            title=name,
            artist=artist,
            album=name if kind == "album" else "",
            duration_ms=length_of(item),
            image=image_of(item),
        )
    except ValidationError:
        return None


def things_in(answer: object, name: str) -> list[Json]:
    """Some servers leave an empty list out, and write a single thing without one."""
    found = answer.get(name) if isinstance(answer, dict) else None
    things = found if isinstance(found, list) else [found]
    return [each for each in things if isinstance(each, dict)]


def no_such_thing() -> Refusal:
    return Refusal("track_not_found", f"{client.TITLE} does not have this.")
