"""Songs that cannot be played: gone, undecodable, or shorter than their header says.

A device only reports. What counts is the recording itself, which is looked at here; where that
settles nothing, all devices of a nest that have said anything must agree.
"""

from celery import current_app
from django.conf import settings

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.protocol.shapes import PlaybackFailure
from nests.registry import store
from player.library.files import is_gone
from player.models import ScannedFile, Track
from player.playback import playback
from player.playback.unavailable_tracks import GONE, fail_everywhere
from player.providers.base import SHORTEST_MS
from player.providers.music_servers import outages
from player.providers.servers import server_of
from player.scripts import lua

CHECK_RECORDING = "player.tasks.check_recording"  # By name: the task stands above this room.
OF_LIBRARY = "library:track:"
PATIENCE_MS = 25_000  # Who plays a song says so every ten seconds; one report may be lost.
CHECKED_SECONDS = 600  # However many devices complain, a file is decoded once in this time.
SAME_LENGTH_MS = 1_000

NO_SOUND = "Its recording holds almost no sound."
UNDECODABLE = "No device here can play its recording."


def report(act: CommandContext, song_id: int, reason: PlaybackFailure, position_ms: int) -> None:
    """A device of somebody cannot play a song. Raises Refusal `not_a_member`."""
    reply = lua.report_failure(
        act, song_id=song_id, reason=reason, position_ms=position_ms, patience_ms=PATIENCE_MS
    )
    match reply:
        case ["not_a_member"]:
            raise Refusal("not_a_member", "Join this nest first.")
        case [verdict, uri]:
            track = track_of(uri)
            if track is not None and is_gone(settings.MUSIC_ROOT, track.path):
                withdraw(track)
                playback.fail(act.nest, song_id, GONE)
            elif verdict == "agreed":
                settle(act.nest, song_id, reason, position_ms)
            server = server_of(uri)
            if server is not None and outages.is_lost(uri):
                playback.fail(act.nest, song_id, f"{server.title} does not answer.")
            if track is not None:
                # Whatever the device took it for: a seek beyond the end looks like a broken line.
                check_soon(track)


def settle(nest: str, song_id: int, reason: PlaybackFailure, position_ms: int) -> None:
    """Every device says the same of a song."""
    if reason == "undecodable":
        playback.fail(nest, song_id, UNDECODABLE)
    elif position_ms < SHORTEST_MS:
        playback.fail(nest, song_id, NO_SOUND)
    else:
        playback.correct_length(nest, song_id, position_ms)


def check_soon(track: Track) -> None:
    key = GLOBAL.decode_check_done(str(track.pk))
    if redis().set(key, "1", nx=True, ex=CHECKED_SECONDS):
        current_app.signature(CHECK_RECORDING, (track.pk,)).apply_async()


def check_length(track_id: int) -> None:
    """Decode a recording; where its length was wrong, correct it wherever it plays or waits."""
    from player.library.decoding import count_ms  # The web never decodes and need not import it.

    track = Track.objects.filter(pk=track_id, available=True).first()
    if track is None:
        return
    if is_gone(settings.MUSIC_ROOT, track.path):
        withdraw(track)
        return
    if track.piece:
        return  # Its sheet says how long it is, and the scan how far the file goes.
    length = count_ms(settings.MUSIC_ROOT / track.path)
    if length is None or abs(length - track.duration_ms) <= SAME_LENGTH_MS:
        return
    Track.objects.filter(pk=track.pk).update(duration_ms=length)
    if length < SHORTEST_MS:
        fail_everywhere([track.uri], NO_SOUND)
    else:
        correct_everywhere(track.uri, length)


def correct_everywhere(uri: str, length_ms: int) -> None:
    for nest in store.list_nests():
        for song_id in lua.songs_of_track(CommandContext(nest.nest_id), track=uri):
            playback.correct_length(nest.nest_id, int(song_id), length_ms)


def notice_gone(track_id: int) -> None:
    """Somebody asked for a recording and there is none: its songs fail, unless it is the disk."""
    track = Track.objects.filter(pk=track_id, available=True).first()
    if track is not None and is_gone(settings.MUSIC_ROOT, track.path):
        withdraw(track)


def withdraw(track: Track) -> None:
    """Nobody finds it any more and its songs fail; a scan that sees its file reads it anew."""
    ScannedFile.objects.filter(path=track.path).update(rules=0)
    if Track.objects.filter(pk=track.pk, available=True).update(available=False):
        fail_everywhere([track.uri], GONE)


def track_of(uri: str) -> Track | None:
    number = uri.removeprefix(OF_LIBRARY)
    is_ours = uri.startswith(OF_LIBRARY) and number.isdecimal() and len(number) < 19
    return Track.objects.filter(pk=int(number)).first() if is_ours else None
