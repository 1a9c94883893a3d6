"""Jellyfin as a music server: asked with an API key of its own, as one of its users."""

import re
from datetime import UTC, datetime

from requests import Response

from andre.core.conf import conf
from player.library.text_folding import fold
from player.providers.base import PAGE_SIZE, Kind
from player.providers.jellyfin import client, wire
from player.providers.music_servers import rows
from player.providers.music_servers.faults import no_such_thing
from player.providers.music_servers.rows import SongFacts
from player.providers.music_servers.server import Json, MusicServer

ARTISTS_LOOKED_AT = 5
MOST_IN_ALBUM = 500
BY_PLACE = "ParentIndexNumber,IndexNumber,SortName"
BY_YEAR = "ProductionYear,SortName"

Asked = dict[str, str | int]


class Jellyfin(MusicServer):
    name = client.NAME
    title = client.TITLE
    media_path = "jellyfin/"
    id_pattern = re.compile(r"[0-9a-f]{32}", re.ASCII)

    @property
    def is_configured(self) -> bool:
        return conf().has_jellyfin

    @property
    def is_told_plays(self) -> bool:
        return conf().jellyfin_scrobble

    @property
    def identity(self) -> str:
        return f"{conf().jellyfin_url} {conf().jellyfin_user}"

    def ask_search(self, query: str, kind: Kind, page: int) -> list[Json]:
        asked: Asked = {
            "searchTerm": query,
            "startIndex": (page - 1) * PAGE_SIZE,
            "limit": PAGE_SIZE,
        }
        if kind == "track":
            return self.rows_of(self._ask_songs(**asked))
        if kind == "album":
            found = self._ask_items(includeItemTypes="MusicAlbum", **asked)
        else:
            found = self._ask("/Artists", **asked)
        return self.things_of(found, kind)

    def ask_song(self, name: str) -> Json | None:
        """Raises Refusal `track_not_found`, or ProviderError."""
        found = [item for item in self._ask_songs(ids=name) if item.get("Id") == name]
        if not found:
            raise no_such_thing(self.title)
        found_rows = self.rows_of(found)
        return found_rows[0] if found_rows else None

    def ask_album(self, name: str) -> list[Json]:
        found = self._ask_songs(parentId=name, sortBy=BY_PLACE, limit=MOST_IN_ALBUM)
        return self.rows_of(found)

    def ask_albums(self, artist: str) -> list[str]:
        albums = self._ask_items(
            includeItemTypes="MusicAlbum", albumArtistIds=artist, sortBy=BY_YEAR
        )
        return [str(album.get("Id")) for album in albums]

    def ask_artist(self, name: str) -> str:
        artists = self._ask("/Artists", searchTerm=name, limit=ARTISTS_LOOKED_AT)
        same = (each for each in artists if fold(str(each.get("Name"))) == fold(name))
        return str(next(same, {}).get("Id") or "")

    def ask_genres(self) -> list[tuple[str, int]]:
        """The number of songs is what it tells of each only in newer versions."""
        found = self._ask("/MusicGenres", fields="ItemCounts")
        return [(rows.text_in(item, "Name"), rows.count_in(item, "SongCount")) for item in found]

    def ask_count(self) -> int:
        return rows.count_in(
            client.fetch_json("/Items/Counts", userId=client.user_id()), "SongCount"
        )

    def ask_random(self, size: int, genre: str = "") -> list[Json]:
        which: Asked = {"genres": genre} if genre else {}
        return self.rows_of(self._ask_songs(sortBy="Random", limit=size, **which))

    def open_song(self, name: str, byte_range: str) -> Response:
        """Never converted (`static`): of that nobody knows the length.

        Raises Refusal `track_not_found`, or ProviderError.
        """
        found = client.open_file(f"/Audio/{name}/stream", byte_range, static="true")
        if found is not None:
            return found
        # A proxy in front says the same of everything while Jellyfin is away; this it cannot say.
        self._ask_songs(ids=name)
        raise no_such_thing(self.title)

    def open_cover(self, name: str, size: int) -> Response:
        """Raises Refusal `track_not_found`, or ProviderError."""
        found = client.open_file(
            f"/Items/{name}/Images/Primary", maxWidth=size, maxHeight=size, format="Jpg"
        )
        if found is None:
            raise no_such_thing(self.title)
        return found

    def tell_play(self, name: str, started_ms: int) -> None:
        """Marked as played at its moment, which adds one to its count; reports of a session would
        count for nobody, since a session of an API key has no user.
        """
        began = datetime.fromtimestamp(started_ms / 1000, UTC)
        client.mark_played(name, began.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _ask_songs(self, **asked: str | int) -> list[Json]:
        return self._ask_items(includeItemTypes="Audio", fields=wire.FIELDS, **asked)

    def _ask_items(self, **asked: str | int) -> list[Json]:
        return self._ask("/Items", recursive="true", **asked)

    def _ask(self, path: str, **asked: str | int) -> list[Json]:
        answer = client.fetch_json(
            path, userId=client.user_id(), enableTotalRecordCount="false", **asked
        )
        return wire.items_in(answer)

    def read_song(self, item: Json) -> SongFacts:
        return wire.facts_of_song(self, item)

    def read_thing(self, item: Json, kind: str) -> SongFacts:
        return wire.facts_of_thing(self, item, kind)
