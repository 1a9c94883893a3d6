"""Where songs can be picked from when people do not: the table of catalogues."""

from collections.abc import Callable
from typing import TypeVar

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.base import Catalogue, Wish
from player.providers.library.catalogue import LibraryCatalogue, dedupe, sample_from
from player.providers.spotify.catalogue import SpotifyCatalogue
from player.providers.subsonic import catalogue as server
from player.providers.subsonic.links import NAME as SERVER

GENRES_NEAR = 2

T = TypeVar("T")


class OwnMusic(LibraryCatalogue):
    """The library, and the music server where one is set up: both are one's own, and chance does
    not ask where a song lies. While the server is away the library serves alone.
    """

    @property
    def is_near(self) -> bool:
        return not conf().has_music_server

    def genres_of(self, track: Track) -> list[str]:
        own = super().genres_of(track)
        return list(dict.fromkeys([*own, *ask_server(own, lambda: server.genres_of_song(track))]))

    def of_genre(self, genre: str, wish: Wish) -> list[Track]:
        own = super().of_genre(genre, wish)
        return mix(own, wish, lambda: server.songs_of_genre(genre, wish))

    def by_artist(self, track: Track, wish: Wish) -> list[Track]:
        own = super().by_artist(track, wish)
        return mix(own, wish, lambda: server.songs_by_artist(track, wish))

    def near_artist(self, track: Track, wish: Wish) -> list[Track]:
        own = super().near_artist(track, wish)
        return mix(own, wish, lambda: self._near_on_server(track, wish))

    def _near_on_server(self, track: Track, wish: Wish) -> list[Track]:
        found = [
            song
            for genre in self.genres_of(track)[:GENRES_NEAR]
            for song in server.songs_of_genre(genre, wish)
        ]
        return [song for song in found if song.artist != track.artist]

    def top_of_artist(self, track: Track, wish: Wish) -> list[Track]:
        """What nobody has measured comes last."""
        own = super().top_of_artist(track, wish)
        more = ask_server(own, lambda: server.songs_by_artist(track, wish))
        return dedupe([*own, *more])[: wish.n]

    def of_album(self, track: Track, wish: Wish) -> list[Track]:
        own = super().of_album(track, wish)
        return mix(own, wish, lambda: server.rest_of_album(track, wish))

    def long_unheard(self, recent: list[str], wish: Wish) -> list[Track]:
        own = super().long_unheard(recent, wish)
        left_out = Wish(wish.n, wish.rng, wish.without | set(recent))
        more = ask_in_vain(lambda: server.random_songs(left_out))
        again = ask_in_vain(lambda: server.songs_again(recent, wish))
        if not more and not again:
            return own
        fresh = sample_from([track for track in own if track.uri not in recent] + more, wish)
        old = [track for track in own if track.uri in recent] + again
        return [*fresh, *sorted(old, key=lambda track: recent.index(track.uri))][: wish.n]

    def length_ms(self) -> int:
        more = server.estimate_length_ms() if conf().has_music_server else 0
        return super().length_ms() + more

    def still_there(self, tracks: list[Track]) -> list[Track]:
        there = [track for track in tracks if track.provider == SERVER and not self.is_near]
        return [*super().still_there(tracks), *there]


def mix(own: list[Track], wish: Wish, ask: Callable[[], list[Track]]) -> list[Track]:
    """Some of both. Raises ProviderError where there is nothing of the library's own."""
    more = ask_server(own, ask)
    return sample_from([*own, *more], wish) if more else own


def ask_server(own: list[T], ask: Callable[[], list[T]]) -> list[T]:
    """Raises ProviderError only where without the server there is nothing at all."""
    if not conf().has_music_server:
        return []
    try:
        return ask()
    except Refusal:
        if not own:
            raise
        return []


def ask_in_vain(ask: Callable[[], list[T]]) -> list[T]:
    """Nothing while the server is away: this is asked where nobody else had an idea."""
    try:
        return ask_server([], ask)
    except Refusal:
        return []


CATALOGUES: dict[str, Catalogue] = {
    catalogue.name: catalogue for catalogue in (OwnMusic(), SpotifyCatalogue())
}
