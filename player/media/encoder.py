"""Makes smaller encodings, one at a time on all machines, behind whatever anybody waits for."""

import os
import subprocess
from pathlib import Path

import structlog
from django.conf import settings

from andre.core.keys import GLOBAL
from andre.core.redis import hold_renewed_lock, redis
from andre.core.transcoding import find_ffmpeg
from player.library.background_scan import is_worker_stopping, wait_for
from player.library.files import safe_file
from player.library.stretches import Stretch, stretch_of
from player.media import encodings
from player.media.encodings import Source
from player.models import Track

LEASE_SECONDS = 30.0
NICENESS = 10
FAILED_SECONDS = 3_600
PLACE = ("path", "piece", "begins_ms", "duration_ms")
UNFINISHED = ".part"
# The rates that every browser decodes as they are, and no more channels than two.
FORMAT = "aformat=sample_rates=44100|48000:channel_layouts=mono|stereo"

log = structlog.get_logger(__name__)


def encode_wanted() -> None:
    """All that anybody has asked for. Another one that is at it already sees to this as well."""
    with hold_renewed_lock(GLOBAL.encoding_lock, LEASE_SECONDS) as is_ours:
        while is_ours and not is_worker_stopping():
            wanted = redis().zpopmin(GLOBAL.encodings_wanted)
            if not wanted:
                return
            number, quality = wanted[0][0].split()
            encode(int(number), quality)


def encode(track_id: int, quality: str) -> None:
    source = source_of(track_id)
    if source is None or encodings.find_encoding(track_id, source, quality):
        return
    encodings.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = encodings.encoding_path(track_id, source, quality)
    unfinished = path.with_suffix(UNFINISHED)
    error = run_ffmpeg(encoder_command(source, unfinished, encodings.KBITS[quality]))
    if error is None:
        unfinished.replace(path)
        encodings.drop_least_used()
        log.info("encoding_made", track=track_id, quality=quality, bytes=path.stat().st_size)
    else:
        unfinished.unlink(missing_ok=True)
        redis().set(GLOBAL.encoding_failed(track_id, quality), "1", ex=FAILED_SECONDS)
        log.warning("encoding_failed", track=track_id, quality=quality, reason=error)


def source_of(track_id: int) -> Source | None:
    """None where its file is gone."""
    track = Track.objects.filter(pk=track_id).only(*PLACE).first()
    path = safe_file(settings.MUSIC_ROOT, track.path) if track else None
    return Source(path, stretch_of(track)) if track and path else None


def stretch_options(stretch: Stretch | None) -> list[str]:
    if stretch is None:
        return []
    return ["-ss", f"{stretch.begins_ms}ms", "-t", f"{stretch.length_ms}ms"]


def encoder_command(source: Source, target: Path, kbits: int) -> list[str]:
    """The file says by its edit list how many samples the encoder put in front, and browsers leave
    them out: what is heard at a position is what the recording has there.
    """
    return [
        *(find_ffmpeg() or "ffmpeg", "-nostdin", "-v", "error", "-y"),
        *("-threads", "1", "-protocol_whitelist", "file", *stretch_options(source.stretch)),
        *("-i", f"file:{source.path}"),
        *("-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1", "-af", FORMAT),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", f"{kbits}k"),
        # The index in front: a browser begins to play before it has all of it.
        *("-movflags", "+faststart", "-f", "mp4", f"file:{target}"),
    ]


def run_ffmpeg(command: list[str]) -> str | None:
    """Why it did not work; None if it did."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        error = wait_for(process)
    return None if process.returncode == 0 else (error.strip().splitlines() or ["stopped"])[-1]
