"""A music server as a provider: found, opened and played through Andre, kept for a day as it told.

Its bytes and covers come by way of Andre (player/media), so that no page learns where it is.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from requests import Response

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers import cache
from player.providers.base import Kind
from player.providers.music_servers.faults import no_such_thing
from player.providers.music_servers.rows import SongFacts, make_row, make_thing
from player.providers.source import Embedding, TrackSource
from player.track_rows import STAGE_SIZE

FURTHEST_PAGE = 25
MOST_TRACKS = 200  # As many as one command adds.
ALBUMS_OF_ARTIST = 20
KINDS = ("track", "album", "artist")

Json = dict[str, Any]


class MusicServer(ABC):
    """Each kind says in its own folder how it is asked; rows are those of rows.make_row.

    Where nothing else is said, what asks the server may raise ProviderError.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    media_path: ClassVar[str]  # Between our own paths and an id of the server's.
    id_pattern: ClassVar[re.Pattern[str]]
    is_near = False
    tells_lengths = True

    @property
    @abstractmethod
    def is_configured(self) -> bool: ...

    @property
    @abstractmethod
    def is_told_plays(self) -> bool:
        """Whether it is to hear which of its songs were listened to."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """Where it is and who asks: what is kept of one server is not told of another."""

    @abstractmethod
    def read_song(self, item: Json) -> SongFacts:
        """What it tells of one song, in our words."""

    @abstractmethod
    def read_thing(self, item: Json, kind: str) -> SongFacts:
        """What it tells of an album or an artist."""

    @abstractmethod
    def ask_search(self, query: str, kind: Kind, page: int) -> list[Json]:
        """Rows of tracks, or things of rows.make_thing."""

    @abstractmethod
    def ask_song(self, name: str) -> Json | None:
        """None for what no browser plays. Raises Refusal `track_not_found`, too."""

    @abstractmethod
    def ask_album(self, name: str) -> list[Json]:
        """Its songs, in their order."""

    @abstractmethod
    def ask_albums(self, artist: str) -> list[str]:
        """Their ids, the first one first."""

    @abstractmethod
    def ask_artist(self, name: str) -> str:
        """The id of who is called so; empty where it has nobody of this name."""

    @abstractmethod
    def ask_genres(self) -> list[tuple[str, int]]:
        """(as the server spells it, how many songs)."""

    @abstractmethod
    def ask_count(self) -> int:
        """How many songs there are, about."""

    @abstractmethod
    def ask_random(self, size: int, genre: str = "") -> list[Json]:
        """By the server's own chance; `genre` as it spells it."""

    @abstractmethod
    def open_song(self, name: str, byte_range: str) -> Response:
        """Its file as it is, not read yet, or a part of it: with a status of 200, 206 or 416.

        Raises Refusal `track_not_found`, too.
        """

    @abstractmethod
    def open_cover(self, name: str, size: int) -> Response:
        """A picture, not read yet. Raises Refusal `track_not_found`, too."""

    @abstractmethod
    def tell_play(self, name: str, started_ms: int) -> None:
        """Somebody has listened to it. Raises Refusal `track_not_found`, too."""

    def rows_of(self, items: Iterable[Json]) -> list[Json]:
        """Of those that can be played."""
        return [row for item in items if (row := make_row(self.read_song(item)))]

    def things_of(self, items: Iterable[Json], kind: str) -> list[Json]:
        """Albums or artists, those with a name, as things that can be opened."""
        return [thing for item in items if (thing := make_thing(self.read_thing(item, kind)))]

    # Addresses: `subsonic:track:id`, by the server's own ids

    def parts(self, uri: str) -> tuple[str, str] | None:
        """(kind, id) of a URI exactly as we write it; None for what is not of this server."""
        provider, _, rest = uri.partition(":")
        kind, _, name = rest.partition(":")
        is_ours = provider == self.name and kind in KINDS and self.id_pattern.fullmatch(name)
        return (kind, name) if is_ours else None

    def uri_of(self, kind: str, name: object) -> str | None:
        """None for an id that we could not write."""
        uri = f"{self.name}:{kind}:{name}"
        return uri if self.parts(uri) else None

    def image_of(self, cover: str) -> str:
        """Our own address of a cover; empty for none."""
        if not self.id_pattern.fullmatch(cover):
            return ""
        return f"/media/server-covers/{self.media_path}{cover}?size={STAGE_SIZE}"

    def song_path(self, name: str) -> str:
        return f"/media/server-tracks/{self.media_path}{name}"

    # What a provider can do

    @property
    def is_searchable(self) -> bool:
        return self.is_configured

    def read(self, text: str) -> str | None:
        return text if self.parts(text) else None

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        """What browsers do not play is left out, so a page may be shorter than others."""
        if kind == "playlist" or not 1 <= page <= FURTHEST_PAGE:
            return []
        found = cache.get_or_ask(
            self.name,
            self.question_of(f"search {kind} {page} {query}"),
            cache.SEARCH_SECONDS,
            lambda: self._search_things(query, kind, page),
        )
        return [Track(**each) for each in found]

    def _search_things(self, query: str, kind: Kind, page: int) -> list[Json]:
        things = self.ask_search(query, kind, page)
        if kind != "track":
            return things
        return [row["track"] for row in self.remember_songs(things)]

    def lookup(self, uri: str) -> Track:
        """Raises Refusal `track_not_found` or `track_unplayable`, or ProviderError."""
        kind, _ = self.parts(uri) or ("", "")
        if kind != "track":
            raise no_such_thing(self.title)
        return Track(**self.facts_of(uri)["track"])

    def expand(self, uri: str) -> list[Track]:
        """Raises Refusal `track_not_found`, or ProviderError."""
        kind, name = self.parts(uri) or ("", "")
        match kind:
            case "track":
                return [self.lookup(uri)]
            case "album":
                found = self.songs_of_album(name)
            case "artist":
                found = self._songs_of_artist(name)
            case _:
                found = []
        if not found:
            raise no_such_thing(self.title)
        return [Track(**row["track"]) for row in found[:MOST_TRACKS]]

    def _songs_of_artist(self, name: str) -> list[Json]:
        """Album by album, the first one first."""
        found: list[Json] = []
        for album in self.ask_albums(name)[:ALBUMS_OF_ARTIST]:
            if len(found) < MOST_TRACKS and self.uri_of("album", album):
                found += self.songs_of_album(album)
        return found

    def source_of(self, uri: str) -> TrackSource | None:
        kind, name = self.parts(uri) or ("", "")
        return TrackSource(self.name, kind, name, supports_progress=True) if name else None

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        return None

    def sources(self) -> Mapping[str, Sequence[str]]:
        return {}

    # What is kept of it

    def facts_of(self, uri: str) -> Json:
        """The row of a song. Raises Refusal `track_not_found` or `track_unplayable`, or
        ProviderError.
        """
        kept: Json | None = cache.recall(self.name, self.question_of(uri))
        if kept is None:
            kept = self.ask_song(uri.rpartition(":")[2])
            if kept is None:
                raise Refusal("track_unplayable", "No browser plays this kind of recording.")
            self.remember_songs([kept])
        return kept

    def songs_of_album(self, name: str) -> list[Json]:
        return self.remember_songs(self.ask_album(name))

    def remember_songs(self, rows: Iterable[Json]) -> list[Json]:
        """Who adds what was found asks nobody again."""
        kept = list(rows)
        for row in kept:
            question = self.question_of(row["track"]["uri"])
            cache.remember(self.name, question, cache.LOOKUP_SECONDS, row)
        return kept

    def forget_song(self, uri: str) -> None:
        cache.forget(self.name, self.question_of(uri))

    def question_of(self, words: str) -> str:
        server = hashlib.sha256(self.identity.encode())
        return f"{server.hexdigest()[:12]} {words}"
