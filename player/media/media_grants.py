"""Who may fetch the bytes of what plays."""

from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from player.discovery.track_matching import same_recording
from player.media import grants
from player.scripts import lua


def token(nest: str, email: str, track: str, device: str) -> dict[str, Any]:
    """{"url", "token", "expires_at"} for a track that plays or waits here. Raises Refusal."""
    songs = lua.songs_of_track(CommandContext(nest), track=track)
    if not songs:
        raise Refusal("not_active_speaker", "This song neither plays nor waits in this nest.")
    track_id = bytes_for(nest, track, songs[0])
    epoch = speaker_epoch(nest, email)
    minted, expires_at = grants.mint(email, nest, device, track_id, epoch)
    return {
        "url": f"/media/tracks/{track_id}?token={minted}",
        "token": minted,
        "expires_at": expires_at,
    }


def bytes_for(nest: str, track: str, song: str) -> str:
    """The number of the track itself; of one from elsewhere, of the same recording here."""
    if track.startswith("library:"):
        return track.rpartition(":")[2]
    kept = redis().hgetall(f"{NestKeys(nest).song_prefix}{song}")
    found = same_recording(kept) if kept and conf().andre_mix_catalogues else None
    if found is None:
        raise Refusal("track_not_found", "The library does not have this recording.")
    return str(found.pk)


def speaker_epoch(nest: str, email: str) -> int:
    return int(redis().hget(NestKeys(nest).speaker(email), "epoch") or 0)
