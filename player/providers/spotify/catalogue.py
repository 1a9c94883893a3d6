"""Spotify as a catalogue to pick from: what a search and an artist's albums give.

Its own list of an artist's most heard songs is gone, and its artists carry no genres any more.
"""

from andre.protocol.shapes import Track
from player.providers import cache
from player.providers.base import PAGE_SIZE, Wish
from player.providers.spotify import links, provider
from player.providers.spotify.links import NAME

PAGES = 3  # A search's first pages, one of them by chance: else a genre is ten songs.


class SpotifyCatalogue:
    name = NAME
    is_near = False

    def genres_of(self, track: Track) -> list[str]:
        return []

    def of_genre(self, genre: str, wish: Wish) -> list[Track]:
        query = f'genre:"{strip_quotes(genre)}"'
        found = provider.search(query, "track", wish.rng.randint(1, PAGES))
        return sample_tracks(found or provider.search(query, "track", 1), wish)

    def by_artist(self, track: Track, wish: Wish) -> list[Track]:
        return sample_tracks(
            provider.search(f'artist:"{strip_quotes(first_of(track))}"', "track", 1), wish
        )

    def top_of_artist(self, track: Track, wish: Wish) -> list[Track]:
        """Sampled from up to five of the artist's albums."""
        artist = artist_of(track)
        if artist is None:
            return []
        albums = cache.get_or_ask(
            NAME, f"albums {artist}", cache.LOOKUP_SECONDS, lambda: provider.albums_of(artist)
        )
        wish.rng.shuffle(albums)
        each = max(1, -(-wish.n // max(1, len(albums))))
        some = (
            sample_tracks(provider.expand(album), Wish(each, wish.rng, wish.without))
            for album in albums
        )
        return sample_tracks([song for songs in some for song in songs], wish)

    def of_album(self, track: Track, wish: Wish) -> list[Track]:
        album = album_of(track)
        return sample_tracks(provider.expand(album), wish) if album else []

    def still_there(self, tracks: list[Track]) -> list[Track]:
        return [track for track in tracks if track.provider == NAME]


def artist_of(track: Track) -> str | None:
    """The id of its first artist: told by the track itself, or found by name."""
    return provider.cached_names(track.uri).get("artist") or next(
        (
            found
            for hit in provider.search(f'artist:"{strip_quotes(first_of(track))}"', "track", 1)
            if (found := provider.cached_names(hit.uri).get("artist"))
        ),
        None,
    )


def album_of(track: Track) -> str | None:
    if album := provider.cached_names(track.uri).get("album"):
        return f"{NAME}:album:{album}"
    query = f'album:"{strip_quotes(track.album)}" artist:"{strip_quotes(first_of(track))}"'
    found = provider.search(query, "album", 1) if track.album else []
    return next((each.uri for each in found if links.parts(each.uri)), None)


def sample_tracks(tracks: list[Track], wish: Wish) -> list[Track]:
    wanted = [track for track in tracks if track.uri not in wish.without]
    return wish.rng.sample(wanted, min(wish.n, len(wanted), PAGE_SIZE * PAGES))


def first_of(track: Track) -> str:
    return track.artist.partition(",")[0]


def strip_quotes(words: str) -> str:
    return words.replace('"', " ").strip()
