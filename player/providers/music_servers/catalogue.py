"""A music server as something to pick from: what stands in for it is in player/catalogues.py.

All of these may raise ProviderError; what a wish leaves out is left out.
"""

from typing import Any

from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from andre.protocol.shapes import Track
from player.providers import cache
from player.providers.base import Wish
from player.providers.library.catalogue import lead_of, sample_from
from player.providers.library.genres import canonical, genres_in
from player.providers.music_servers.server import MusicServer

MOST_AT_ONCE = 60
GENRES_ASKED = 3  # One genre may be spelled in several ways.
ALBUMS_ASKED = 3
USUAL_MS = 210_000
LENGTH_PATIENCE_SECONDS = 1.0  # Somebody adds a song, and waits.
LENGTH_UNKNOWN_SECONDS = 60

Json = dict[str, Any]


def songs_of_genre(server: MusicServer, genre: str, wish: Wish) -> list[Track]:
    wanted = canonical(genre)
    spelled = [name for name in genre_names(server) if wanted in genres_in(name)][:GENRES_ASKED]
    return sample_from([song for name in spelled for song in draw_songs(server, wish, name)], wish)


def songs_by_artist(server: MusicServer, track: Track, wish: Wish) -> list[Track]:
    """Of some of their albums."""
    artist = artist_of_song(server, track)
    if not artist:
        return []
    albums = server.ask_albums(artist)
    some = wish.rng.sample(albums, min(len(albums), ALBUMS_ASKED))
    rows = [row for album in some for row in server.songs_of_album(album)]
    return sample_from(tracks_in(rows), wish)


def rest_of_album(server: MusicServer, track: Track, wish: Wish) -> list[Track]:
    album = facts_if_ours(server, track).get("album")
    return sample_from(tracks_in(server.songs_of_album(album)), wish) if album else []


def genres_of_song(server: MusicServer, track: Track) -> list[str]:
    return genres_in(facts_if_ours(server, track).get("genre", ""))


def songs_again(server: MusicServer, uris: list[str], wish: Wish) -> list[Track]:
    """In their order; what is gone meanwhile is left out."""
    wanted = [uri for uri in uris if server.parts(uri) and uri not in wish.without]
    return [track for uri in wanted[: wish.n] if (track := song_if_there(server, uri))]


def song_if_there(server: MusicServer, uri: str) -> Track | None:
    try:
        return server.lookup(uri)
    except Refusal:
        return None


def estimate_length_ms(server: MusicServer) -> int:
    """Of everything together, about; 0 where it is not known at once."""
    question = server.question_of("length")
    kept = cache.recall(server.name, question)
    if kept is not None:
        return int(kept)
    try:
        counted = provider_pool(server.name).call_within(LENGTH_PATIENCE_SECONDS, server.ask_count)
        length, seconds = counted * USUAL_MS, cache.LOOKUP_SECONDS
    except (Refusal, TimeoutError):
        length, seconds = 0, LENGTH_UNKNOWN_SECONDS
    cache.remember(server.name, question, seconds, length)
    return length


def genre_names(server: MusicServer) -> list[str]:
    """As the server spells them."""
    question = server.question_of("genre names")
    found = cache.get_or_ask(server.name, question, cache.LOOKUP_SECONDS, server.ask_genres)
    return [name for name, _ in found]


def draw_songs(server: MusicServer, wish: Wish, genre: str = "") -> list[Track]:
    """By the server's own chance, a few more than are wanted."""
    size = min(MOST_AT_ONCE, wish.n * 2 + len(wish.without))
    rows = server.remember_songs(server.ask_random(size, genre))
    return sample_from(tracks_in(rows), wish)


def artist_of_song(server: MusicServer, track: Track) -> str:
    """The server's id for them; empty where it has nobody of this name."""
    found = facts_if_ours(server, track).get("artist")
    return str(found) if found else server.ask_artist(lead_of(track.artist))


def facts_if_ours(server: MusicServer, track: Track) -> Json:
    return server.facts_of(track.uri) if track.provider == server.name else {}


def tracks_in(rows: list[Json]) -> list[Track]:
    return [Track(**row["track"]) for row in rows]
