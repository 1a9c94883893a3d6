"""A Jellyfin server of our own on loopback: as much of its API as Andre asks for.

It has the songs that tests give any music server, and tells of them in Jellyfin's words; its log
names each question as the other kind of server calls it.
"""

import json
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support import music_server
from tests.support.music_server import Handler, MusicServer

USER, KEY = "andre", "0123456789abcdef0123456789abcdef"
USER_ID = "a" * 32
WANTED = f'MediaBrowser Token="{KEY}", '


def hex_of(name: str) -> str:
    return md5(name.encode()).hexdigest()


class JellyfinServer(MusicServer):
    provider = "jellyfin"
    secret = KEY
    title = "The Jellyfin server"
    user_setting, secret_setting = "JELLYFIN_USER", "JELLYFIN_API_KEY"

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []  # as they were asked for, with everything in them
        self.users = ["Somebody", "Andre"]

    @property
    def settings(self) -> dict[str, str]:
        return {"JELLYFIN_URL": self.url, "JELLYFIN_USER": USER, "JELLYFIN_API_KEY": KEY}

    def id_of(self, name: str) -> str:
        return hex_of(name)

    def path(self, kind: str, name: str) -> str:
        return f"/media/server-{kind}/jellyfin/{hex_of(name)}"

    def name_of(self, item: str) -> str:
        return next((name for name in self.songs if hex_of(name) == item), "")

    def items(self, params: dict[str, str]) -> list[dict[str, Any]]:
        if params["includeItemTypes"] == "MusicAlbum":
            album = {"Id": hex_of("al-1"), "Name": "One", "AlbumArtist": "The Band"}
            return [album | {"RunTimeTicks": 3_600_000_000, "ImageTags": {"Primary": "t"}}]
        words, genre = params.get("searchTerm", "").lower(), params.get("genres")
        named = [params["ids"]] if "ids" in params else None
        return [
            item_of(song)
            for song in self.songs.values()
            if words in song["title"].lower()
            and genre in (None, song["genre"])
            and (named is None or hex_of(song["id"]) in named)
        ]


def item_of(song: dict[str, Any]) -> dict[str, Any]:
    """A song of tests as Jellyfin tells of it."""
    codec = "alac" if song.get("bitRate", 0) > 576 else song["suffix"]
    source = {"Container": song["suffix"], "MediaStreams": [{"Type": "Audio", "Codec": codec}]}
    artist = {"Id": hex_of(song["artistId"]), "Name": song["artist"]}
    return {
        "Id": song["id"] if "/" in song["id"] else hex_of(song["id"]),
        "Name": song["title"],
        "Type": "Audio",
        "Artists": [song["artist"]],
        "ArtistItems": [artist],
        "Album": song["album"],
        "AlbumId": hex_of(song["albumId"]),
        "AlbumPrimaryImageTag": "tag",
        "Genres": [song["genre"]],
        "RunTimeTicks": song["duration"] * 10_000_000,
        "MediaSources": [source],
        "NormalizationGain": song.get("replayGain", {}).get("trackGain"),
    }


class JellyfinHandler(Handler):
    house: JellyfinServer

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        where = urlsplit(self.path)
        path = where.path.strip("/").split("/")
        params = {name: values[0] for name, values in parse_qs(where.query).items()}
        self.house.addresses.append(self.path)
        if path[0] != "Users":
            self.house.log.append(question_of(path, params))
        if self.house.status != 200:
            self.send(self.house.status, "text/html", b"<h1>Bad gateway</h1>")
        elif not self.headers.get("Authorization", "").startswith(WANTED):
            self.send(401, "text/plain", b"")
        elif path[0] == "Users":
            users = [{"Name": name, "Id": USER_ID} for name in self.house.users]
            self.tell_json(users)
        elif params.get("userId", USER_ID) != USER_ID:
            self.send(404, "text/plain", b"")
        else:
            self.serve(path, params)

    def serve(self, path: list[str], params: dict[str, str]) -> None:
        match path:
            case ["Items"]:
                start, limit = int(params.get("startIndex", 0)), int(params.get("limit", 500))
                self.tell_items(self.house.items(params)[start : start + limit])
            case ["Items", "Counts"]:
                genres = {song["genre"] for song in self.house.songs.values()}
                self.tell_json({"SongCount": 9 * len(genres)})
            case ["Artists"]:
                self.tell_items([{"Id": hex_of("ar-1"), "Name": "The Band", "ImageTags": {}}])
            case ["MusicGenres"]:
                names = sorted({song["genre"] for song in self.house.songs.values()})
                self.tell_items([{"Name": name, "SongCount": 9} for name in names])
            case ["Audio", item, "stream"] if self.house.name_of(item) in self.house.files:
                self.send_file(self.house.files[self.house.name_of(item)])
            case ["Items", _, "Images", "Primary"] if self.house.picture:
                self.send(200, "image/png", self.house.picture)
            case ["UserPlayedItems", item] if self.house.name_of(item):
                self.tell_json({"Played": True})
            case _:
                self.send(404, "text/plain", b"Error processing request.")

    def tell_items(self, items: list[dict[str, Any]]) -> None:
        self.tell_json({"Items": items, "StartIndex": 0, "TotalRecordCount": 0})

    def tell_json(self, told: object) -> None:
        self.send(200, "application/json", json.dumps(told).encode())


def question_of(path: list[str], params: dict[str, str]) -> tuple[str, dict[str, str]]:
    match path:
        case ["Items"] if "ids" in params:
            return "getSong", params
        case ["Audio", item, "stream"]:
            return "stream", params | {"id": item}
        case ["Items", item, "Images", "Primary"]:
            return "getCoverArt", params | {"id": item}
        case ["UserPlayedItems", item]:
            return "scrobble", params | {"id": item}
        case _ if "searchTerm" in params:
            return "search3", params
        case _:
            return "/".join(path), params


def running():
    return music_server.running(JellyfinServer(), JellyfinHandler)
