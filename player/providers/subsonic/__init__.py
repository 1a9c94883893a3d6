"""A music server as a provider: whatever speaks the Subsonic API, played through Andre.

Its bytes and covers come by way of Andre (player/media), so that no page learns where it is.
"""

from collections.abc import Mapping, Sequence

from andre.core.conf import conf
from andre.protocol.shapes import Track
from player.providers.base import Kind
from player.providers.source import Embedding, TrackSource
from player.providers.subsonic import client, links, songs


class Subsonic:
    name = links.NAME
    title = client.TITLE
    is_near = False
    tells_lengths = True

    @property
    def is_configured(self) -> bool:
        return conf().has_music_server

    @property
    def is_searchable(self) -> bool:
        return self.is_configured

    def read(self, text: str) -> str | None:
        return text if links.parts(text) else None

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        return songs.search_server(query, kind, page)

    def lookup(self, uri: str) -> Track:
        return songs.look_up_song(uri)

    def expand(self, uri: str) -> list[Track]:
        return songs.open_uri(uri)

    def source_of(self, uri: str) -> TrackSource | None:
        kind, name = links.parts(uri) or ("", "")
        return TrackSource(self.name, kind, name, supports_progress=True) if name else None

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        return None

    def sources(self) -> Mapping[str, Sequence[str]]:
        return {}
