"""A listener's own playlists: nobody else's are opened to an app, and none without their owner."""

from typing import Any

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.linked import AccountError
from player.providers.spotify import client, links
from player.providers.spotify.provider import (
    MOST_TRACKS,
    TRACKS_A_PAGE,
    items_of,
    note_tracks,
    shapes,
    thing_shape,
)

MOST_PLAYLISTS = 200
PLAYLISTS_A_PAGE = 50

Json = dict[str, Any]


def is_one(uri: str) -> bool:
    return (links.parts(uri) or ("", ""))[0] == "playlist"


def list_playlists(access: str) -> list[Track]:
    """Those they made. What they follow is somebody else's, and could not be opened."""
    me = client.ask("me", access).get("id")
    items = all_pages(
        access, "current_user_playlists", most=MOST_PLAYLISTS, a_page=PLAYLISTS_A_PAGE
    )
    own = (item for item in items if (item.get("owner") or {}).get("id") == me)
    return [thing for thing in map(thing_shape, own) if thing]


def tracks_of(access: str, uri: str) -> list[Track]:
    """Raises Refusal, also for a playlist of somebody else's."""
    _, name = links.parts(uri) or ("", "")
    try:
        items = all_pages(access, "playlist_items", name, most=MOST_TRACKS, a_page=TRACKS_A_PAGE)
    except AccountError as trouble:
        if trouble.why != "refused":
            raise
        sentence = f"{client.TITLE} opens only playlists of your own."
        raise Refusal("account_refused", sentence) from trouble
    tracks = shapes(item.get("item") or item.get("track") for item in items)
    note_tracks(tracks)
    return tracks


def all_pages(access: str, call: client.Read, *args: str, most: int, a_page: int) -> list[Json]:
    """The items of all pages, up to so many."""
    page: Json = {"next": True}
    items: list[Json] = []
    while page.get("next") and len(items) < most:
        page = client.ask(call, access, *args, limit=a_page, offset=len(items))
        items += items_of(page) or [{}]
    return items
