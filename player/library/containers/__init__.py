"""What is inside the kinds of files that a music folder holds, and whether browsers play it."""

from collections.abc import Callable
from typing import BinaryIO

from player.library.containers import flac, mp4, mpeg, ogg, wav
from player.library.containers.base import Contents, Unfit

__all__ = ["Contents", "Unfit", "inspect"]

LONGEST_MS = 24 * 60 * 60 * 1000
# What Chromium, Firefox and Safari all play; the others have their name in the reason.
PLAYED = {"flac", "mp3", "vorbis", "opus", "aac", "pcm", "float", "a-law", "µ-law"}
READERS: dict[str, Callable[[BinaryIO], Contents]] = {
    ".flac": flac.inspect,
    ".mp3": mpeg.inspect_mp3,
    ".aac": mpeg.inspect_aac,
    ".ogg": ogg.inspect,
    ".oga": ogg.inspect,
    ".opus": ogg.inspect,
    ".m4a": mp4.inspect,
    ".mp4": mp4.inspect,
    ".wav": wav.inspect,
}


def inspect(file: BinaryIO, suffix: str) -> Contents:
    """A name is a promise that what is inside must keep: a browser is told the name's type.

    Raises Unfit, or OSError if the disk does not give the file.
    """
    if not file.read(1):
        raise Unfit("empty")
    found = READERS[suffix](file)
    if found.codec not in PLAYED:
        raise Unfit(f"{found.codec}: this codec is not played by browsers")
    if not 0 < found.duration_ms <= LONGEST_MS:
        raise Unfit("its length is unknown")
    return found
