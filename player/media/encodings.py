"""Smaller encodings of recordings, for phones and slow lines: which there are, and their folder.

They are made in the background (encoder.py), once for each track. A file is named by its track and
by the state of the recording that it was made of, so that a changed recording has none yet. What
was not fetched for the longest time goes when the folder is full.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from celery import current_app
from django.conf import settings

from andre.core import clock
from andre.core.conf import conf
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.core.transcoding import has_encodings
from player.library.stretches import Stretch

ENCODE = "player.tasks.encode_wanted"  # By name: the task stands above and calls encoder.py.
KBITS = {"high": 192, "saver": 96}  # Of AAC-LC, which every browser plays and decodes.
CONTENT_TYPE = "audio/mp4"
SUFFIX = ".m4a"
GIGABYTE = 1_000_000_000
WAITS_SECONDS = 600  # A task that no worker took up is sent again by whoever still asks.


@dataclass(frozen=True)
class Source:
    """A file, or where there is a stretch, that of it."""

    path: Path
    stretch: Stretch | None = None


def folder() -> Path:
    return settings.DATA_DIR / "encodings"


def encoding_path(track_id: int, source: Source, quality: str) -> Path:
    """Where the encoding of this state of a recording is, or will be. Raises OSError."""
    seen, stretch = source.path.stat(), source.stretch
    state = f"{seen.st_mtime_ns:x}-{seen.st_size:x}"
    if stretch:
        state += f"-{stretch.begins_ms:x}-{stretch.length_ms:x}"
    return folder() / f"{track_id}-{state}-{quality}{SUFFIX}"


def find_encoding(track_id: int, source: Source, quality: str) -> Path | None:
    """None where it is not made yet. Who finds it has used it."""
    try:
        path = encoding_path(track_id, source, quality)
        made_ns = path.stat().st_mtime_ns
        os.utime(path, ns=(clock.now_ms() * 1_000_000, made_ns))
    except FileNotFoundError:
        return None
    return path


def request_encoding(track_id: int, quality: str) -> bool:
    """Whether it is being made. False where it cannot be, and was tried lately."""
    if not has_encodings() or redis().exists(GLOBAL.encoding_failed(track_id, quality)):
        return False
    redis().zadd(GLOBAL.encodings_wanted, {f"{track_id} {quality}": clock.now_ms()}, nx=True)
    current_app.signature(ENCODE).apply_async(expires=WAITS_SECONDS)
    return True


def drop_least_used() -> None:
    """Until the folder keeps within its bound."""
    files = sorted(list_files(), key=lambda each: each[1].st_atime_ns)
    held = sum(facts.st_size for _, facts in files)
    for path, facts in files:
        if held <= conf().andre_transcode_cache_gb * GIGABYTE:
            return
        path.unlink(missing_ok=True)
        held -= facts.st_size


def list_files() -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder().iterdir():
        if path.suffix == SUFFIX:
            yield path, path.stat()
