"""The Web API's calls that Andre uses: (world, request) → status and body."""

import re
from dataclasses import dataclass

from tests.support.spotify_stub import catalogue
from tests.support.spotify_stub.state import now_ms

API = "https://api.spotify.com/v1"
PAGE_OF_SEARCH = 10


class Problem(Exception):
    def __init__(self, status, message, reason=None):
        super().__init__(message)
        self.status, self.message, self.reason = status, message, reason

    @property
    def body(self):
        error = {"status": self.status, "message": self.message}
        return {"error": error | ({"reason": self.reason} if self.reason else {})}


@dataclass
class Request:
    method: str
    path: str
    query: dict
    body: object
    token: str | None


def answer(world, request):
    """(status, body); body None: none at all."""
    held = world.access.get(request.token)
    if held is None or held[1] < now_ms():
        raise Problem(401, "The access token expired" if held else "Invalid access token")
    account = world.accounts.get(held[0]) if held[0] else None
    if account and not account.is_listed:
        raise Problem(403, "User not registered in the Developer Dashboard")
    for method, pattern, call in CALLS:
        found = re.fullmatch(pattern, request.path)
        if found and method == request.method:
            return call(world, account, request, *found.groups())
    raise Problem(403, "Forbidden")  # What was removed answers so.


def number(request, name, default, most):
    value = int(request.query.get(name, default))
    if value < 0 or (name == "limit" and not 1 <= value <= most):
        raise Problem(400, "Invalid limit")
    return value


def search(_, __, request):
    if not request.query.get("q") or not request.query.get("type"):
        raise Problem(400, "No search query")
    limit = number(request, "limit", 5, PAGE_OF_SEARCH)
    offset = number(request, "offset", 0, 0)
    return 200, {
        f"{kind}s": catalogue.page(
            catalogue.found(request.query["q"], kind), limit, offset, f"{API}/search"
        )
        for kind in request.query["type"].split(",")
    }


def track(_, __, ___, name):
    return 200, known(catalogue.TRACKS, name)


def album(_, __, ___, name):
    found = known(catalogue.ALBUMS, name)
    tracks = catalogue.page(tracks_of(name), 50, 0, f"{API}/albums/{name}/tracks")
    more = {"copyrights": [], "genres": [], "label": "Stub", "external_ids": {"upc": "0"}}
    return 200, found | more | {"tracks": tracks}


def album_tracks(_, __, request, name):
    known(catalogue.ALBUMS, name)
    limit, offset = number(request, "limit", 20, 50), number(request, "offset", 0, 0)
    return 200, catalogue.page(tracks_of(name), limit, offset, f"{API}/albums/{name}/tracks")


def tracks_of(album_id):
    return [
        catalogue.simple(each)
        for each in catalogue.TRACKS.values()
        if each["album"]["id"] == album_id
    ]


def artist(_, __, ___, name):
    artists = {each["id"]: each for each in map(catalogue.whole_artist, catalogue.ARTISTS)}
    return 200, known(artists, name)


def artist_albums(_, __, request, name):
    albums = [each for each in catalogue.ALBUMS.values() if each["artists"][0]["id"] == name]
    if not albums:
        raise Problem(404, "Resource not found")
    limit, offset = number(request, "limit", 5, 10), number(request, "offset", 0, 0)
    whole = [each | {"album_group": "album"} for each in albums]
    return 200, catalogue.page(whole, limit, offset, f"{API}/artists/{name}/albums")


def my_playlists(_, account, request):
    mine(account)
    limit, offset = number(request, "limit", 20, 50), number(request, "offset", 0, 0)
    return 200, catalogue.page(
        list(catalogue.PLAYLISTS.values()), limit, offset, f"{API}/me/playlists"
    )


def playlist_items(_, account, request, name):
    found = known(catalogue.PLAYLISTS, name)
    if account is None or found["owner"]["id"] != account.name:
        raise Problem(403, "Forbidden")
    limit, offset = number(request, "limit", 20, 50), number(request, "offset", 0, 0)
    items = [
        {"added_at": "2024-05-17T20:00:00Z", "is_local": False, "item": each}
        for each in list(catalogue.TRACKS.values())[: catalogue.SONGS_OF_PLAYLIST]
    ]
    return 200, catalogue.page(items, limit, offset, f"{API}/playlists/{name}/items")


def me(_, account, __):
    mine(account)
    return 200, {
        "id": account.name,
        "account_id": f"account-{account.name}",
        "display_name": account.name.title(),
        "product": account.product,
        "country": "DE",
        "email": f"{account.name}@stub.test",
        "href": f"{API}/me",
        "uri": f"spotify:user:{account.name}",
        "type": "user",
        "images": [],
        "external_urls": {"spotify": f"https://open.spotify.com/user/{account.name}"},
        "explicit_content": {"filter_enabled": False, "filter_locked": False},
        "followers": {"href": None, "total": 0},
    }


def devices(_, account, __):
    mine(account)
    return 200, {"devices": [told(account, each) for each in account.devices.values()]}


def told(account, device):
    return {
        "id": device.id,
        "is_active": account.player.device == device.id,
        "is_private_session": False,
        "is_restricted": device.is_restricted,
        "name": device.name,
        "type": device.type,
        "volume_percent": device.volume_percent,
        "supports_volume": True,
    }


def current(world, account, _):
    mine(account)
    now = now_ms()
    state = account.seen(now - world.lag_ms)
    device = account.devices.get(state.device)
    if state.uri is None or device is None:
        return 204, None
    return 200, {
        "device": told(account, device),
        "repeat_state": "off",
        "shuffle_state": False,
        "timestamp": int(state.at_ms),
        "progress_ms": int(state.position(now)),
        "is_playing": state.plays(now),
        "item": catalogue.TRACKS[state.uri.rpartition(":")[2]],
        "currently_playing_type": "track",
        "actions": {"disallows": {}},
    }


def play(_, account, request):
    device = controllable(account, request)
    body = request.body if isinstance(request.body, dict) else {}
    changes = {"device": device.id, "is_playing": True}
    if uris := body.get("uris"):
        known(catalogue.TRACKS, uris[0].rpartition(":")[2])
        changes |= {"uri": uris[0], "position_ms": body.get("position_ms", 0)}
    account.becomes(**changes)
    return 204, None


def pause(_, account, request):
    controllable(account, request)
    if not account.player.is_playing:
        raise Problem(403, "Player command failed: Restriction violated", "UNKNOWN")
    account.becomes(is_playing=False)
    return 204, None


def seek(_, account, request):
    controllable(account, request)
    account.becomes(position_ms=int(request.query["position_ms"]))
    return 204, None


def controllable(account, request):
    mine(account)
    if account.product != "premium":
        raise Problem(403, "Player command failed: Premium required", "PREMIUM_REQUIRED")
    wanted = request.query.get("device_id") or account.player.device
    if wanted is None:
        raise Problem(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE")
    if wanted not in account.devices:
        raise Problem(404, "Device not found")
    device = account.devices[wanted]
    if device.is_restricted:
        raise Problem(403, "Player command failed: Restriction violated", "UNKNOWN")
    return device


def mine(account):
    if account is None:
        raise Problem(401, "Valid user authentication required")


def known(things, name):
    if name not in things:
        raise Problem(404, "Resource not found")
    return things[name]


ID = "([0-9A-Za-z]{22})"
CALLS = (
    ("GET", "/search", search),
    ("GET", f"/tracks/{ID}", track),
    ("GET", f"/albums/{ID}", album),
    ("GET", f"/albums/{ID}/tracks", album_tracks),
    ("GET", f"/artists/{ID}", artist),
    ("GET", f"/artists/{ID}/albums", artist_albums),
    ("GET", f"/playlists/{ID}/items", playlist_items),
    ("GET", "/me", me),
    ("GET", "/me/playlists", my_playlists),
    ("GET", "/me/player", current),
    ("GET", "/me/player/devices", devices),
    ("PUT", "/me/player/play", play),
    ("PUT", "/me/player/pause", pause),
    ("PUT", "/me/player/seek", seek),
)
