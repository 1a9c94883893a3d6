"""The music server as something to pick from: what stands in for it is in player/catalogues.py.

All of these may raise ProviderError; what a wish leaves out is left out.
"""

from typing import Any

from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from andre.protocol.shapes import Track
from player.library.text_folding import fold
from player.providers import cache
from player.providers.base import Wish
from player.providers.library.catalogue import lead_of, sample_from
from player.providers.library.genres import canonical, genres_in
from player.providers.subsonic import client, songs
from player.providers.subsonic.links import NAME

MOST_AT_ONCE = 60
GENRES_ASKED = 3  # One genre may be spelled in several ways.
ALBUMS_ASKED = 3
ARTISTS_LOOKED_AT = 5
USUAL_MS = 210_000
LENGTH_PATIENCE_SECONDS = 1.0  # Somebody adds a song, and waits.
LENGTH_UNKNOWN_SECONDS = 60

Json = dict[str, Any]


def random_songs(wish: Wish) -> list[Track]:
    return draw_songs(wish)


def songs_of_genre(genre: str, wish: Wish) -> list[Track]:
    wanted = canonical(genre)
    spelled = [name for name, _ in genres() if wanted in genres_in(name)][:GENRES_ASKED]
    return sample_from([song for name in spelled for song in draw_songs(wish, genre=name)], wish)


def songs_by_artist(track: Track, wish: Wish) -> list[Track]:
    """Of some of their albums."""
    artist = artist_of_song(track)
    if not artist:
        return []
    albums = songs.things_in(client.ask("getArtist", id=artist).get("artist"), "album")
    some = wish.rng.sample(albums, min(len(albums), ALBUMS_ASKED))
    rows = [row for album in some for row in songs.songs_of_album(str(album.get("id")))]
    return sample_from(tracks_in(rows), wish)


def rest_of_album(track: Track, wish: Wish) -> list[Track]:
    album = facts_if_ours(track).get("album")
    return sample_from(tracks_in(songs.songs_of_album(album)), wish) if album else []


def genres_of_song(track: Track) -> list[str]:
    return genres_in(facts_if_ours(track).get("genre", ""))


def songs_again(uris: list[str], wish: Wish) -> list[Track]:
    """In their order; what is gone meanwhile is left out."""
    wanted = [uri for uri in uris if uri.startswith(f"{NAME}:") and uri not in wish.without]
    return [track for uri in wanted[: wish.n] if (track := song_if_there(uri))]


def song_if_there(uri: str) -> Track | None:
    try:
        return songs.look_up_song(uri)
    except Refusal:
        return None


def estimate_length_ms() -> int:
    """Of everything together, about; 0 where it is not known at once."""
    question = songs.question_of("length")
    kept = cache.recall(NAME, question)
    if kept is not None:
        return int(kept)
    try:
        counted = provider_pool(NAME).call_within(LENGTH_PATIENCE_SECONDS, genres)
        length, seconds = sum(count for _, count in counted) * USUAL_MS, cache.LOOKUP_SECONDS
    except (Refusal, TimeoutError):
        length, seconds = 0, LENGTH_UNKNOWN_SECONDS
    cache.remember(NAME, question, seconds, length)
    return length


def genres() -> list[tuple[str, int]]:
    """(as the server spells it, how many songs)."""
    found = cache.get_or_ask(
        NAME, songs.question_of("genres"), cache.LOOKUP_SECONDS, lambda: client.ask("getGenres")
    )
    rows = songs.things_in(found.get("genres"), "genre")
    return [(str(row.get("value") or ""), count_in(row)) for row in rows]


def count_in(row: Json) -> int:
    count = row.get("songCount")
    return count if isinstance(count, int) else 0


def draw_songs(wish: Wish, **which: str) -> list[Track]:
    """By the server's own chance, a few more than are wanted."""
    size = min(MOST_AT_ONCE, wish.n * 2 + len(wish.without))
    answer = client.ask("getRandomSongs", size=size, **which)
    rows = songs.remember_songs(songs.things_in(answer.get("randomSongs"), "song"))
    return sample_from(tracks_in(rows), wish)


def artist_of_song(track: Track) -> str:
    """The server's id for them; empty where it has nobody of this name."""
    if found := facts_if_ours(track).get("artist"):
        return str(found)
    name = lead_of(track.artist)
    answer = client.ask(
        "search3", query=name, artistCount=ARTISTS_LOOKED_AT, albumCount=0, songCount=0
    )
    artists = songs.things_in(answer.get("searchResult3"), "artist")
    same = (each for each in artists if fold(str(each.get("name"))) == fold(name))
    return str(next(same, {}).get("id") or "")


def facts_if_ours(track: Track) -> Json:
    return songs.facts_of(track.uri) if track.provider == NAME else {}


def tracks_in(rows: list[Json]) -> list[Track]:
    return [Track(**row["track"]) for row in rows]
