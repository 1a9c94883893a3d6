"""Whatever speaks the Subsonic API, as a music server."""

import re

from requests import Response

from andre.core.conf import conf
from player.library.text_folding import fold
from player.providers.base import PAGE_SIZE, Kind
from player.providers.music_servers import rows
from player.providers.music_servers.rows import SongFacts
from player.providers.music_servers.server import Json, MusicServer
from player.providers.subsonic import client, wire

ARTISTS_LOOKED_AT = 5


class Subsonic(MusicServer):
    name = client.NAME
    title = client.TITLE
    media_path = ""  # There was no other kind when these addresses were first written down.
    # Numbers, UUIDs, hashes or "tr-12", each server's own way; never a path.
    id_pattern = re.compile(r"[0-9A-Za-z_][0-9A-Za-z._~-]{0,127}", re.ASCII)

    @property
    def is_configured(self) -> bool:
        return conf().has_subsonic

    @property
    def is_told_plays(self) -> bool:
        return conf().subsonic_scrobble

    @property
    def identity(self) -> str:
        return f"{conf().subsonic_url} {conf().subsonic_user}"

    def ask_search(self, query: str, kind: Kind, page: int) -> list[Json]:
        word = "song" if kind == "track" else kind
        counts = {f"{each}Count": PAGE_SIZE * (each == word) for each in wire.KINDS}
        start = {f"{word}Offset": (page - 1) * PAGE_SIZE}
        answer = client.ask("search3", query=query, **counts, **start)
        things = wire.things_in(answer.get("searchResult3"), word)
        return self.rows_of(things) if kind == "track" else self.things_of(things, kind)

    def ask_song(self, name: str) -> Json | None:
        found_rows = self.rows_of([client.ask("getSong", id=name).get("song") or {}])
        return found_rows[0] if found_rows else None

    def ask_album(self, name: str) -> list[Json]:
        answer = client.ask("getAlbum", id=name)
        return self.rows_of(wire.things_in(answer.get("album"), "song"))

    def ask_albums(self, artist: str) -> list[str]:
        answer = client.ask("getArtist", id=artist)
        albums = wire.things_in(answer.get("artist"), "album")
        return [str(album.get("id")) for album in sorted(albums, key=wire.year_of)]

    def ask_artist(self, name: str) -> str:
        answer = client.ask(
            "search3", query=name, artistCount=ARTISTS_LOOKED_AT, albumCount=0, songCount=0
        )
        artists = wire.things_in(answer.get("searchResult3"), "artist")
        same = (each for each in artists if fold(str(each.get("name"))) == fold(name))
        return str(next(same, {}).get("id") or "")

    def ask_genres(self) -> list[tuple[str, int]]:
        told = wire.things_in(client.ask("getGenres").get("genres"), "genre")
        return [(str(row.get("value") or ""), rows.count_in(row, "songCount")) for row in told]

    def ask_count(self) -> int:
        return sum(count for _, count in self.ask_genres())

    def ask_random(self, size: int, genre: str = "") -> list[Json]:
        which = {"genre": genre} if genre else {}
        answer = client.ask("getRandomSongs", size=size, **which)
        return self.rows_of(wire.things_in(answer.get("randomSongs"), "song"))

    def open_song(self, name: str, byte_range: str) -> Response:
        """Never converted: of that nobody knows the length."""
        return client.open_file("stream", byte_range, id=name, format="raw")

    def open_cover(self, name: str, size: int) -> Response:
        return client.open_file("getCoverArt", id=name, size=size)

    def tell_play(self, name: str, started_ms: int) -> None:
        client.ask("scrobble", id=name, time=started_ms, submission="true")

    def read_song(self, item: Json) -> SongFacts:
        return wire.facts_of_song(self, item)

    def read_thing(self, item: Json, kind: str) -> SongFacts:
        return wire.facts_of_thing(self, item, kind)
