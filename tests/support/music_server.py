"""A music server of our own on loopback: as much of the Subsonic API as Andre asks for.

It checks who signs in, knows ranges, and fails on demand; a log keeps every question.
"""

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from player.media import ranges

USER, PASSWORD = "andre", "correct horse battery"
NOT_FOUND = 70


def song(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "artist": "The Band",
        "artistId": "ar-1",
        "album": "One",
        "albumId": "al-1",
        "coverArt": "al-1",
        "genre": "Funk",
        "duration": 180,
        "suffix": "flac",
        "contentType": "application/x-whatever",
    } | more


@dataclass
class MusicServer:
    provider = "subsonic"
    secret = PASSWORD
    title = "The music server"
    user_setting, secret_setting = "SUBSONIC_USER", "SUBSONIC_PASSWORD"

    url: str = ""
    songs: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    picture: bytes = b""
    knows_tokens: bool = True
    knows_ranges: bool = True
    tells_length: bool = True
    breaks_off_after: int | None = None  # bytes of an answer
    status: int = 200
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {"SUBSONIC_URL": self.url, "SUBSONIC_USER": USER, "SUBSONIC_PASSWORD": PASSWORD}

    def id_of(self, name: str) -> str:
        """What the server itself calls what tests call `name`."""
        return name

    def uri(self, name: str, kind: str = "track") -> str:
        return f"{self.provider}:{kind}:{self.id_of(name)}"

    def path(self, kind: str, name: str) -> str:
        """Andre's own, of its tracks or covers."""
        return f"/media/server-{kind}/{self.id_of(name)}"

    def has(self, *songs: dict[str, Any], body: bytes = b"") -> None:
        self.songs |= {each["id"]: each for each in songs}
        self.files |= {each["id"]: body for each in songs}

    def asked(self, method: str) -> list[dict[str, str]]:
        return [params for name, params in self.log if name == method]

    def refusal(self, params: dict[str, str]) -> int | None:
        """The protocol's number for why somebody is not let in."""
        if "t" in params and not self.knows_tokens:
            return 10
        token = hashlib.md5((PASSWORD + params.get("s", "")).encode()).hexdigest()
        given = params.get("p") == f"enc:{PASSWORD.encode().hex()}" or params.get("t") == token
        return None if params.get("u") == USER and given else 40

    def answer(self, method: str, params: dict[str, str]) -> dict[str, Any] | int:
        match method:
            case "search3":
                return {"searchResult3": self.found(params)}
            case "getSong":
                found = self.songs.get(params["id"])
                return {"song": found} if found else NOT_FOUND
            case "getAlbum":
                return {"album": {"id": params["id"], "song": list(self.songs.values())}}
            case "getArtist":
                return {"artist": {"id": params["id"], "album": {"id": "al-1", "name": "One"}}}
            case "getRandomSongs":
                genre = params.get("genre")
                songs = [each for each in self.songs.values() if genre in (None, each["genre"])]
                return {"randomSongs": {"song": songs[: int(params["size"])]}}
            case "getGenres":
                names = sorted({each["genre"] for each in self.songs.values()})
                return {"genres": {"genre": [{"value": name, "songCount": 9} for name in names]}}
            case "scrobble":
                return {}
        return 0

    def found(self, params: dict[str, str]) -> dict[str, Any]:
        words = params["query"].lower()
        songs = [each for each in self.songs.values() if words in each["title"].lower()]
        album = {"id": "al-1", "name": "One", "artist": "The Band", "duration": 360}
        start, count = int(params.get("songOffset", 0)), int(params["songCount"])
        return {
            "song": songs[start : start + count],
            "album": [album][: int(params["albumCount"])],
            "artist": [{"id": "ar-1", "name": "The Band"}][: int(params["artistCount"])],
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    house: MusicServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        method = parts.path.removeprefix("/rest/")
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.house.log.append((method, params))
        if self.house.status != 200:
            self.send(self.house.status, "text/html", b"<h1>Bad gateway</h1>")
        elif code := self.house.refusal(params):
            self.tell(code)
        elif method == "stream":
            self.stream(params["id"])
        elif method == "getCoverArt" and self.house.picture:
            self.send(200, "image/png", self.house.picture)
        elif method == "getCoverArt":
            self.tell(NOT_FOUND)
        else:
            self.tell(self.house.answer(method, params))

    def tell(self, answer: dict[str, Any] | int) -> None:
        is_ok = isinstance(answer, dict)
        body = answer if isinstance(answer, dict) else {"error": {"code": answer, "message": "No"}}
        told = {"status": "ok" if is_ok else "failed", "version": "1.16.1", **body}
        self.send(200, "application/json", json.dumps({"subsonic-response": told}).encode())

    def stream(self, name: str) -> None:
        body = self.house.files.get(name)
        if body is None:
            return self.tell(NOT_FOUND)
        return self.send_file(body)

    def send_file(self, body: bytes) -> None:
        asked = self.headers.get("Range") if self.house.knows_ranges else None
        try:
            span = ranges.span_of(asked, len(body))
        except ranges.NotThere:
            return self.send(416, "text/plain", b"", {"Content-Range": f"bytes */{len(body)}"})
        if span is None:
            return self.send(200, "audio/x-flac", body)
        said = {"Content-Range": f"bytes {span.first}-{span.last}/{len(body)}"}
        return self.send(206, "audio/x-flac", body[span.first : span.last + 1], said)

    def send(self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        is_short = self.house.breaks_off_after is not None and kind.startswith("audio")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Address", self.house.url)
        if self.house.tells_length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.close_connection = True
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: self.house.breaks_off_after] if is_short else body)
        self.close_connection = self.close_connection or is_short

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True  # Andre keeps connections, and nobody waits for their end.

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up in the middle is no news."""


@contextmanager
def running(house: MusicServer | None = None, handler: type[Handler] = Handler):
    house = house or MusicServer()
    server = Server(("127.0.0.1", 0), type("Bound", (handler,), {"house": house}))
    house.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
