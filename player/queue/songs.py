"""A song in a queue: a track, who added it, and the strings of its hash."""

import json
from dataclasses import asdict, dataclass

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.shapes import Track
from player.library.text_folding import fold
from player.providers.base import SHORTEST_MS

PLAYS_SEEN = 10


@dataclass(frozen=True)
class NewSong:
    """The fields of a song hash that are known before the queue places it."""

    trackid: str
    src: str
    title: str
    artist: str
    album: str
    duration_ms: int
    img: str
    big_img: str
    user: str
    user_name: str
    user_picture: str
    auto: bool = False
    strategy: str = ""
    reason: str = ""
    explicit: bool = False
    gain_db: float = 0.0
    lyrics: str = ""
    isrc: str = ""
    artist_key: str = ""

    def fields(self) -> dict[str, str]:
        return {name: to_hash_field(value) for name, value in asdict(self).items()}


def new_song(track: Track, act: CommandContext) -> NewSong:
    """Raises Refusal `track_unplayable` for a track that is too short or has no known length."""
    if track.duration_ms < SHORTEST_MS:
        raise Refusal("track_unplayable", "This track is too short or its length is unknown.")
    return NewSong(
        trackid=track.uri,
        src=track.provider,
        title=track.title,
        artist=track.artist,
        album=track.album,
        duration_ms=track.duration_ms,
        img=track.image,
        big_img=track.image,
        user=act.user,
        user_name=act.name,
        user_picture=act.picture,
        explicit=track.explicit,
        gain_db=track.gain_db,
        lyrics=track.lyrics,
        isrc=track.isrc,
        artist_key=fold(track.artist),
    )


def title_of(nest: str, song_id: int) -> str:
    """Of a song that waits, plays or has played of late; empty for any other."""
    keys = NestKeys(nest)
    pipe = redis().pipeline(transaction=True)
    pipe.hget(f"{keys.song_prefix}{song_id}", "title")
    pipe.lrange(keys.play_log, 0, PLAYS_SEEN - 1)
    title, plays = pipe.execute()
    if title is not None:
        return str(title)
    rows = (json.loads(play)["song"] for play in plays)
    return next((row["title"] for row in rows if row["song_id"] == song_id), "")


def to_hash_field(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
