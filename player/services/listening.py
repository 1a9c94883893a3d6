"""Who may fetch the bytes of what plays."""

from typing import Any

from andre.act import Act
from andre.errors import Refusal
from andre.keys import NestKeys
from andre.redis import redis
from player import media
from player.lua import lua


def token(nest: str, email: str, track: str, device: str) -> dict[str, Any]:
    """{"url", "token", "expires_at"} for a track that plays or waits here. Raises Refusal."""
    if not lua.songs_of_track(Act(nest), track=track):
        raise Refusal("not_active_speaker", "This song neither plays nor waits in this nest.")
    _, _, track_id = track.rpartition(":")
    epoch = speaker_epoch(nest, email)
    minted, expires_at = media.mint(email, nest, device, track_id, epoch)
    return {
        "url": f"/media/tracks/{track_id}?token={minted}",
        "token": minted,
        "expires_at": expires_at,
    }


def speaker_epoch(nest: str, email: str) -> int:
    return int(redis().hget(NestKeys(nest).speaker(email), "epoch") or 0)
