"""Spotify as a provider. Its music is never ours: each listener plays it on their own account."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from andre.core.conf import conf
from andre.protocol.shapes import Track
from player.providers.base import Kind
from player.providers.linked import Consent, Device, PlayerState, Position, Tokens
from player.providers.source import Embedding, TrackSource
from player.providers.spotify import auth, client, links, players, playlists, provider

COVERS = "https://i.scdn.co"


class Spotify:
    name = links.NAME
    title = client.TITLE
    is_near = False
    tells_lengths = True

    @property
    def is_configured(self) -> bool:
        return bool(conf().spotify_client_id and conf().spotify_client_secret)

    @property
    def is_searchable(self) -> bool:
        return self.is_configured

    def read(self, text: str) -> str | None:
        return links.parse_link(text)

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        return provider.search(query, kind, page)

    def lookup(self, uri: str) -> Track:
        return provider.lookup(uri)

    def expand(self, uri: str) -> list[Track]:
        return provider.expand(uri)

    def source_of(self, uri: str) -> TrackSource | None:
        kind, name = links.parts(uri) or ("", "")
        if not name:
            return None
        return TrackSource(self.name, kind, name, supports_events=True, supports_progress=True)

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        return None

    def sources(self) -> Mapping[str, Sequence[str]]:
        sdk, accounts = origin(conf().spotify_sdk_url), origin(conf().spotify_accounts_url)
        covers = COVERS if sdk.startswith("https:") else sdk
        return {
            "script-src": [sdk],
            "frame-src": [sdk],
            "connect-src": [sdk],
            "img-src": [covers],
            "form-action": [accounts],
        }

    def is_theirs(self, uri: str) -> bool:
        return playlists.is_one(uri)

    def playlists(self, access: str) -> list[Track]:
        return playlists.list_playlists(access)

    def open_theirs(self, access: str, uri: str) -> list[Track]:
        return playlists.tracks_of(access, uri)

    def consent_url(self, state: str, verifier: str, back: str) -> str:
        return auth.consent_url(state, verifier, back)

    def consent(self, code: str, verifier: str, back: str) -> Consent:
        return auth.consent(code, verifier, back)

    def renew(self, tokens: Tokens) -> Tokens:
        return auth.renew(tokens)

    def devices(self, access: str, account: str) -> list[Device]:
        return players.devices(access, account)

    def read_player(self, access: str) -> PlayerState | None:
        return players.read_player(access)

    def play(self, access: str, account: str, device: str, uri: str, position: Position) -> None:
        players.play(access, account, device, uri, position)

    def seek(self, access: str, account: str, device: str, position: Position) -> None:
        players.seek(access, account, device, position)

    def pause(self, access: str, account: str, device: str) -> None:
        players.pause(access, account, device)

    @property
    def sdk(self) -> str:
        return conf().spotify_sdk_url

    def prefetch(self) -> None:
        """A token before anybody waits for one."""
        if self.is_configured and not conf().skip_spotify_prefetch:
            auth.house_token()


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
