"""Who may fetch the bytes of what plays."""

from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.devices import speakers
from nests.devices.names import DeviceTab
from player.discovery.track_matching import same_recording
from player.media import encoder, encodings, tokens
from player.providers.servers import server_of
from player.scripts import lua


def token(
    act: CommandContext, track: str, named: DeviceTab, credential: str, quality: str = "original"
) -> dict[str, Any]:
    """{"url", "token", "expires_at", "quality", "preparing"} for a track that plays or waits here.

    It is for the device that asks, which has to be this listener's speaker; where none is named, or
    several may sound together, for the session or key that asks. Raises Refusal.
    """
    songs = lua.songs_of_track(CommandContext(act.nest), track=track)
    if not songs:
        raise Refusal("not_active_speaker", "This song neither plays nor waits in this nest.")
    is_far = server_of(track) is not None
    track_id = track if is_far else bytes_for(act.nest, track, songs[0])
    is_speaker = named.device and speakers.require_speaker(act, *named)
    device = named.device if is_speaker else credential
    epoch = speaker_epoch(act.nest, act.user)
    minted, expires_at = tokens.mint_token(act.user, act.nest, device, track_id, epoch)
    given, is_preparing = ("original", False) if is_far else choose_quality(int(track_id), quality)
    return {
        "url": f"{path_of(track_id, given)}?token={minted}",
        "token": minted,
        "expires_at": expires_at,
        "quality": given,
        "preparing": is_preparing,
    }


def path_of(track_id: str, quality: str) -> str:
    if server := server_of(track_id):
        return server.song_path(track_id.rpartition(":")[2])
    return f"/media/tracks/{track_id}" + ("" if quality == "original" else f"/{quality}")


def choose_quality(track_id: int, wanted: str) -> tuple[str, bool]:
    """What there is now, and whether what was asked for is being made."""
    if wanted == "original":
        return wanted, False
    source = encoder.source_of(track_id)
    if source is not None and encodings.find_encoding(track_id, source, wanted):
        return wanted, False
    return "original", source is not None and encodings.request_encoding(track_id, wanted)


def bytes_for(nest: str, track: str, song: str) -> str:
    """The number of the track itself; of one from elsewhere, of the same recording here.

    Raises Refusal `track_not_found`.
    """
    if track.startswith("library:"):
        return track.rpartition(":")[2]
    kept = redis().hgetall(f"{NestKeys(nest).song_prefix}{song}")
    found = same_recording(kept) if kept and conf().andre_mix_catalogues else None
    if found is None:
        raise Refusal("track_not_found", "The library does not have this recording.")
    return str(found.pk)


def speaker_epoch(nest: str, email: str) -> int:
    return int(redis().hget(NestKeys(nest).speaker(email), "epoch") or 0)
