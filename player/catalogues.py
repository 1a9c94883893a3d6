"""Where songs can be picked from when people do not: the table of catalogues."""

from collections.abc import Callable
from typing import TypeVar

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.base import Catalogue, Wish
from player.providers.library.catalogue import LibraryCatalogue, dedupe, sample_from
from player.providers.music_servers import catalogue as served
from player.providers.music_servers.server import MusicServer
from player.providers.servers import configured_servers
from player.providers.spotify.catalogue import SpotifyCatalogue

GENRES_NEAR = 2

T = TypeVar("T")
Asking = Callable[[MusicServer], list[T]]


class OwnMusic(LibraryCatalogue):
    """The library, and the music servers that are set up: all are one's own, and chance does not
    ask where a song lies. While a server is away the others serve alone.
    """

    @property
    def is_near(self) -> bool:
        return not configured_servers()

    def genres_of(self, track: Track) -> list[str]:
        own = super().genres_of(track)
        return list(
            dict.fromkeys(
                [*own, *ask_servers(own, lambda server: served.genres_of_song(server, track))]
            )
        )

    def of_genre(self, genre: str, wish: Wish) -> list[Track]:
        own = super().of_genre(genre, wish)
        return mix(own, wish, lambda server: served.songs_of_genre(server, genre, wish))

    def by_artist(self, track: Track, wish: Wish) -> list[Track]:
        own = super().by_artist(track, wish)
        return mix(own, wish, lambda server: served.songs_by_artist(server, track, wish))

    def near_artist(self, track: Track, wish: Wish) -> list[Track]:
        own = super().near_artist(track, wish)
        return mix(own, wish, lambda server: self._near_on(server, track, wish))

    def _near_on(self, server: MusicServer, track: Track, wish: Wish) -> list[Track]:
        found = [
            song
            for genre in self.genres_of(track)[:GENRES_NEAR]
            for song in served.songs_of_genre(server, genre, wish)
        ]
        return [song for song in found if song.artist != track.artist]

    def top_of_artist(self, track: Track, wish: Wish) -> list[Track]:
        """What nobody has measured comes last."""
        own = super().top_of_artist(track, wish)
        more = ask_servers(own, lambda server: served.songs_by_artist(server, track, wish))
        return dedupe([*own, *more])[: wish.n]

    def of_album(self, track: Track, wish: Wish) -> list[Track]:
        own = super().of_album(track, wish)
        return mix(own, wish, lambda server: served.rest_of_album(server, track, wish))

    def long_unheard(self, recent: list[str], wish: Wish) -> list[Track]:
        own = super().long_unheard(recent, wish)
        left_out = Wish(wish.n, wish.rng, wish.without | set(recent))
        more = ask_in_vain(lambda server: served.draw_songs(server, left_out))
        again = ask_in_vain(lambda server: served.songs_again(server, recent, wish))
        if not more and not again:
            return own
        fresh = sample_from([track for track in own if track.uri not in recent] + more, wish)
        old = [track for track in own if track.uri in recent] + again
        return [*fresh, *sorted(old, key=lambda track: recent.index(track.uri))][: wish.n]

    def length_ms(self) -> int:
        return super().length_ms() + sum(map(served.estimate_length_ms, configured_servers()))

    def still_there(self, tracks: list[Track]) -> list[Track]:
        names = {server.name for server in configured_servers()}
        there = [track for track in tracks if track.provider in names]
        return [*super().still_there(tracks), *there]


def mix(own: list[Track], wish: Wish, ask: Asking[Track]) -> list[Track]:
    """Some of both. Raises ProviderError where there is nothing of the library's own."""
    more = ask_servers(own, ask)
    return sample_from([*own, *more], wish) if more else own


def ask_servers(own: list[T], ask: Asking[T]) -> list[T]:
    """Of each what it has. Raises ProviderError only where there is nothing at all without one that
    is away.
    """
    found: list[T] = []
    refused: Refusal | None = None
    for server in configured_servers():
        try:
            found += ask(server)
        except Refusal as refusal:
            refused = refusal
    if refused and not own and not found:
        raise refused
    return found


def ask_in_vain(ask: Asking[T]) -> list[T]:
    """Nothing while the servers are away: this is asked where nobody else had an idea."""
    try:
        return ask_servers([], ask)
    except Refusal:
        return []


CATALOGUES: dict[str, Catalogue] = {
    catalogue.name: catalogue for catalogue in (OwnMusic(), SpotifyCatalogue())
}
