"""Reads a recording as it is decoded, to the end of what there is, and counts how much that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import soundfile
from numpy.typing import NDArray

from player.library.containers import Contents, Unfit, inspect
from player.library.containers.base import NO_SOUND, milliseconds
from player.library.stretches import Stretch

FRAMES_IN_PIECE = 1 << 18
FRAMES_IN_STEP = 2_048
BYTES_AT_ONCE = 1 << 20

Floats = NDArray[np.float64]


@dataclass
class Decoded:
    """What came out of the decoder; true once all pieces were read."""

    rate: int
    frames: int = 0
    is_cut_off: bool = False  # It stopped at something that it could not read.


def count_ms(file: Path) -> int | None:
    """How long a recording is, whatever its header says; 0 if there is no sound in it.

    None where the disk does not give it.
    """
    try:
        found = contents_of(file)
        return true_length(file, found, decode(file))
    except Unfit:
        return 0
    except OSError:
        return None


def contents_of(file: Path) -> Contents:
    with file.open("rb") as opened:
        return inspect(opened, file.suffix.lower())


def decode(file: Path, stretch: Stretch | None = None) -> Decoded | None:
    """None where our decoder does not know the format."""
    try:
        with open_sound(file, stretch) as sound:
            decoded = Decoded(sound.samplerate)
            for _ in pieces_of(sound, FRAMES_IN_PIECE, decoded):
                pass
    except soundfile.LibsndfileError:
        return None
    return decoded


def true_length(file: Path, found: Contents, decoded: Decoded | None) -> int:
    """In ms. Raises Unfit if nothing came out, OSError where the disk and not the sound ended."""
    if decoded is None or (found.is_exact and (decoded.frames or decoded.is_cut_off)):
        return found.duration_ms  # Browsers play on behind a fault where our decoder gives up.
    if not decoded.frames:
        read_through(file)
        raise Unfit(NO_SOUND)
    length = milliseconds(decoded.frames, decoded.rate)
    if decoded.is_cut_off and length < found.duration_ms < found.promised_ms:
        return found.duration_ms  # Its last frame was found, behind a fault.
    if length < found.promised_ms:
        read_through(file)
    return length


def read_through(file: Path) -> None:
    """The decoder takes a fault of the disk for the end of the sound; this raises it."""
    with file.open("rb") as opened:
        while opened.read(BYTES_AT_ONCE):
            pass


class SoundStretch:
    """A stretch of an open sound, read as if it were all of it. Its ends are those of ms."""

    def __init__(self, sound: soundfile.SoundFile, stretch: Stretch) -> None:
        self.samplerate, self.channels = sound.samplerate, sound.channels
        self._sound = sound
        self._begins = frame_at(stretch.begins_ms, sound.samplerate)
        end = frame_at(stretch.begins_ms + stretch.length_ms, sound.samplerate)
        self.frames = max(0, min(end, sound.frames) - self._begins)
        self._place = 0
        self.seek(0)

    def seek(self, frame: int) -> int:
        self._place = frame
        return int(self._sound.seek(self._begins + frame)) - self._begins

    def read(self, frames: int = -1, dtype: str = "float64", **more: Any) -> NDArray[Any]:
        """As SoundFile's own, to the end of the stretch."""
        left = self.frames - self._place
        if (out := more.pop("out", None)) is not None:
            more["out"], frames = out[:left], -1
        else:
            frames = left if frames < 0 else min(frames, left)
        found: NDArray[Any] = self._sound.read(frames, dtype=dtype, **more)
        self._place += len(found)
        return found


Sound: TypeAlias = soundfile.SoundFile | SoundStretch


def frame_at(ms: int, rate: int) -> int:
    return ms * rate // 1000


@contextmanager
def open_sound(file: Path, stretch: Stretch | None = None) -> Iterator[Sound]:
    """By its descriptor: libsndfile takes no path of more than 1,024 bytes.

    Raises LibsndfileError where it does not know the format, or OSError.
    """
    with file.open("rb") as opened, soundfile.SoundFile(opened.fileno(), closefd=False) as sound:
        yield SoundStretch(sound, stretch) if stretch else sound


def pieces_of(sound: Sound, frames: int, decoded: Decoded) -> Iterator[Floats]:
    """Pieces of so many frames, the last one shorter.

    SoundFile.blocks() would go by the length in the header, which for a chain of streams is 2**63.
    """
    while True:
        piece = np.empty((frames, sound.channels))
        filled = fill(piece, sound, decoded)
        if filled:
            yield piece[:filled]
        if filled < frames:
            return


def fill(piece: Floats, sound: Sound, decoded: Decoded) -> int:
    """By small steps: what stands before a fault is lost with the step that meets it."""
    filled = 0
    try:
        while filled < len(piece):
            read = len(sound.read(out=piece[filled : filled + FRAMES_IN_STEP], always_2d=True))
            if not read:
                break
            filled += read
    except soundfile.LibsndfileError:
        decoded.is_cut_off = True
    decoded.frames += filled
    return filled
