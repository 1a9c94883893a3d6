"""What a list of nests says of each: what plays, how much is queued."""

from andre.keys import NestKeys
from andre.redis import redis


def title(nest: str) -> str | None:
    """Title and artist of the song playing, if one is."""
    keys = NestKeys(nest)
    song_id = redis().get(keys.now_playing)
    if song_id is None:
        return None
    found, artist = redis().hmget(f"{keys.song_prefix}{song_id}", "title", "artist")
    return f"{found} · {artist}" if found else None


def queue_size(nest: str) -> int:
    return int(redis().zcard(NestKeys(nest).queue))
