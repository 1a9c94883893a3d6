"""The catalogue: search, look up, expand, with the server's own token."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers import cache
from player.providers.base import PAGE_SIZE, Kind
from player.providers.linked import AccessRefused
from player.providers.spotify import auth, client, links
from player.providers.spotify.links import NAME

FURTHEST_PAGE = 25
TRACKS_A_PAGE = 50
MOST_TRACKS = 200  # As many as one command adds.
ALBUMS_OF_ARTIST = 5
IMAGE_WIDTH = 300

Json = dict[str, Any]


def ask_with_token(call: client.Read, *args: Any, **params: Any) -> Any:  # noqa: ANN401
    """With a fresh token once if the one we have is refused."""
    try:
        return client.ask(call, auth.house_token(), *args, **params)
    except AccessRefused:
        auth.forget_house_token()
        return client.ask(call, auth.house_token(), *args, **params)


def search(query: str, kind: Kind, page: int) -> list[Track]:
    if kind == "playlist" or not 1 <= page <= FURTHEST_PAGE:  # Only its owner may open one.
        return []
    found = cache.get_or_ask(
        NAME,
        f"search {kind} {page} {query}",
        cache.SEARCH_SECONDS,
        lambda: search_items(query, kind, page),
    )
    return [Track(**each) for each in found]


def search_items(query: str, kind: Kind, page: int) -> list[Json]:
    answer = ask_with_token(
        "search", query, limit=client.PAGE, offset=(page - 1) * PAGE_SIZE, type=kind
    )
    items = items_of(answer.get(f"{kind}s"))
    if kind != "track":
        return [thing.model_dump() for thing in map(thing_shape, items) if thing]
    tracks = [track for track in map(to_track, items) if track]
    note_tracks(tracks)
    for item in items:
        note_names(item)
    return [track.model_dump() for track in tracks]


def note_tracks(tracks: list[Track]) -> None:
    """Who adds what was found asks nobody again."""
    for track in tracks:
        cache.remember(NAME, track.uri, cache.LOOKUP_SECONDS, [track.model_dump()])


def lookup(uri: str) -> Track:
    """Raises Refusal `track_not_found`."""
    kind, _ = links.parts(uri) or ("", "")
    if kind != "track":
        raise not_found()
    return expand(uri)[0]


def expand(uri: str) -> list[Track]:
    """Raises Refusal `track_not_found`."""
    kind, name = links.parts(uri) or ("", "")
    if kind not in EXPANDED:
        raise not_found()
    found = cache.recall(NAME, uri)
    if found is None:
        tracks = EXPANDED[kind](name)
        note_tracks(tracks)
        found = [track.model_dump() for track in tracks]
        cache.remember(NAME, uri, cache.LOOKUP_SECONDS, found)
    if not found:
        raise not_found()
    return [Track(**each) for each in found]


def note_names(item: Json) -> None:
    """Which artist and album a track is of, by their ids: its shape on the wire has none."""
    first = next(iter(item.get("artists") or []), None) or {}
    named = {"artist": first.get("id"), "album": (item.get("album") or {}).get("id")}
    cache.remember(NAME, f"names {item.get('uri')}", cache.LOOKUP_SECONDS, named)


def cached_names(uri: str) -> dict[str, str | None]:
    """{"artist", "album"}: ids, as far as they are known without asking for anything but it."""
    if (links.parts(uri) or ("", ""))[0] != "track":
        return {}
    if cache.recall(NAME, f"names {uri}") is None:
        the_track((links.parts(uri) or ("", ""))[1])
    return cache.recall(NAME, f"names {uri}") or {}


def the_track(name: str) -> list[Track]:
    item = ask_with_token("track", name)
    note_names(item)
    track = to_track(item)
    return [track] if track else []


def the_album(name: str) -> list[Track]:
    """Its own tracks do not say which album they are of."""
    album = ask_with_token("album", name)
    first = album.get("tracks") or {}
    items = items_of(first)
    while first.get("next") and len(items) < MOST_TRACKS:
        first = ask_with_token("album_tracks", name, limit=TRACKS_A_PAGE, offset=len(items))
        items += items_of(first) or [{}]
    return shapes({**item, "album": album} for item in items if item)


def the_artist(name: str) -> list[Track]:
    """The first songs of the first albums; what the most heard ones are nobody tells us."""
    return [track for album in albums_of(name) for track in expand(album)[:2]][:PAGE_SIZE]


def albums_of(artist: str) -> list[str]:
    """URIs of some albums."""
    answer = ask_with_token(
        "artist_albums", artist, include_groups="album,single", limit=client.PAGE
    )
    named = [f"{NAME}:album:{item['id']}" for item in items_of(answer) if item.get("id")]
    return [uri for uri in named if links.parts(uri)][:ALBUMS_OF_ARTIST]


EXPANDED = {
    "track": the_track,
    "album": the_album,
    "artist": the_artist,
}


def items_of(page: object) -> list[Json]:
    """The things of a page; where one is missing they write null."""
    items = page.get("items") if isinstance(page, dict) else None
    return [item for item in items or [] if isinstance(item, dict)]


def shapes(items: Iterator[Json | None]) -> list[Track]:
    return [track for track in map(to_track, items) if track][:MOST_TRACKS]


def to_track(item: Json | None) -> Track | None:
    """None for what nobody can play from here: local files, episodes, tracks without a length."""
    if not item or not links.parts(str(item.get("uri"))) or item.get("is_local"):
        return None
    if item.get("is_playable") is False:
        return None
    album = item.get("album") or {}
    try:
        return Track(
            uri=item["uri"],
            provider=NAME,
            title=item["name"],
            artist=artists(item),
            album=album.get("name") or "",
            duration_ms=item["duration_ms"],
            image=image(album),
            explicit=bool(item.get("explicit")),
            isrc=(item.get("external_ids") or {}).get("isrc") or "",
        )
    except (KeyError, ValidationError):
        return None


def thing_shape(item: Json) -> Track | None:
    """An album, artist or playlist as one thing. Its length is not told before it is opened."""
    uri = str(item.get("uri"))
    kind, _ = links.parts(uri) or ("", "")
    if not kind or not item.get("name"):
        return None
    name = str(item["name"])
    return Track(
        uri=uri,
        provider=NAME,
        title=name,
        artist=artists(item),
        album=name if kind == "album" else "",
        duration_ms=0,
        image=image(item),
    )


def artists(item: Json) -> str:
    names = [artist.get("name") for artist in item.get("artists") or [] if artist]
    return ", ".join(name for name in names if name)


def image(album: Json) -> str:
    """The smallest that is still sharp on a card."""
    images = [each for each in album.get("images") or [] if each and each.get("url")]
    large = [each for each in images if (each.get("width") or 0) >= IMAGE_WIDTH]
    best = min(large, key=lambda each: each["width"], default=images[0] if images else None)
    return str(best["url"]) if best else ""


def not_found() -> Refusal:
    return Refusal("track_not_found", f"{client.TITLE} does not have this track.")
