"""A catalogue that nobody recorded: a few hundred songs by bands of a dozen genres."""

from math import dist
from random import Random

from andre.protocol.shapes import Track
from player.providers.base import Wish

GENRES = 12
BANDS_OF_GENRE = 10
SONGS_OF_BAND = 8
SONGS_ON_ALBUM = 4
DIMENSIONS = 6
OF_BAND, OF_SONG = 0.35, 0.25  # How far a band stands from its genre, a song from its band.


class SyntheticCatalogue:
    """Genres stand in a ring: each goes well with the two beside it."""

    name = "synthetic"
    is_near = True

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self.genres = [f"genre {letter}" for letter in "abcdefghijkl"[:GENRES]]
        self.tracks: list[Track] = []
        self.genre_of: dict[str, str] = {}
        self.sound: dict[str, list[float]] = {}
        for genre in self.genres:
            home = [rng.uniform(-1, 1) for _ in range(DIMENSIONS)]
            for band in range(BANDS_OF_GENRE):
                self._add_band(f"Band {genre[-1].upper()}{band}", genre, home, rng)

    def _add_band(self, artist: str, genre: str, home: list[float], rng: Random) -> None:
        self.genre_of[artist] = genre
        own = [rng.gauss(each, OF_BAND) for each in home]
        for number in range(SONGS_OF_BAND):
            track = Track(
                uri=f"{self.name}:track:{len(self.tracks) + 1}",
                provider=self.name,
                title=f"{artist} {number}",
                artist=artist,
                album=f"{artist}, part {number // SONGS_ON_ALBUM + 1}",
                duration_ms=rng.randrange(150, 300) * 1000,
                image="",
            )
            self.tracks.append(track)
            self.sound[track.uri] = [rng.gauss(each, OF_SONG) for each in own]

    def genres_of(self, track: Track) -> list[str]:
        return [self.genre_of[track.artist]] if track.artist in self.genre_of else []

    def genres_near(self, genre: str) -> list[str]:
        place = self.genres.index(genre)
        return [self.genres[place - 1], self.genres[(place + 1) % GENRES]]

    def of_genre(self, genre: str, wish: Wish) -> list[Track]:
        return sample([each for each in self.tracks if self.genre_of[each.artist] == genre], wish)

    def by_artist(self, track: Track, wish: Wish) -> list[Track]:
        return sample([each for each in self.tracks if each.artist == track.artist], wish)

    def near_artist(self, track: Track, wish: Wish) -> list[Track]:
        genre = self.genre_of[track.artist]
        kind = [each for each in self.tracks if self.genre_of[each.artist] == genre]
        return sample([each for each in kind if each.artist != track.artist], wish)

    def top_of_artist(self, track: Track, wish: Wish) -> list[Track]:
        return self.by_artist(track, wish)

    def of_album(self, track: Track, wish: Wish) -> list[Track]:
        return sample([each for each in self.tracks if each.album == track.album], wish)

    def nearest_in_sound(self, track: Track, wish: Wish) -> list[Track]:
        here = self.sound[track.uri]
        free = [each for each in self.tracks if each.uri not in wish.without]
        return sorted(free, key=lambda each: dist(here, self.sound[each.uri]))[: wish.n]

    def long_unheard(self, recent: list[str], wish: Wish) -> list[Track]:
        by_uri = {each.uri: each for each in self.tracks}
        again = [by_uri[uri] for uri in recent if uri in by_uri and uri not in wish.without]
        fresh = sample([each for each in self.tracks if each.uri not in set(recent)], wish)
        return [*fresh, *again][: wish.n]

    def length_ms(self) -> int:
        return sum(each.duration_ms for each in self.tracks)

    def still_there(self, tracks: list[Track]) -> list[Track]:
        return tracks


def sample(tracks: list[Track], wish: Wish) -> list[Track]:
    free = [each for each in tracks if each.uri not in wish.without]
    return wish.rng.sample(free, min(wish.n, len(free)))
