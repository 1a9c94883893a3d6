"""A stretch of a file as a WAV that is never written anywhere: its bytes are decoded as asked for.

The samples are those of the recording, so that a piece begins, ends and seeks on the sample, one
piece goes on where the one before ends, and every browser plays it. Decoding a second takes some
milliseconds; nothing is encoded, and nothing waits for the whole.
"""

from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
import soundfile

from player.library.decoding import SoundStretch
from player.library.stretches import Stretch

CONTENT_TYPE = "audio/wav"
HEAD_BYTES = 44
LARGEST_FIELD = 0xFFFFFFFF
PCM = 1
FINE = ("PCM_24", "PCM_32", "FLOAT", "DOUBLE")


@dataclass(frozen=True)
class Format:
    """`width` is bytes a sample: 3 of what has more than 16 bits, else 2."""

    rate: int
    channels: int
    width: int
    frames: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.width

    @property
    def size(self) -> int:
        return HEAD_BYTES + self.frames * self.frame_bytes

    @property
    def head(self) -> bytes:
        data = min(self.frames * self.frame_bytes, LARGEST_FIELD - HEAD_BYTES)
        bits = self.width * 8
        return b"".join(
            [
                pack("<4sI4s", b"RIFF", data + HEAD_BYTES - 8, b"WAVE"),
                pack("<4sIHHI", b"fmt ", 16, PCM, self.channels, self.rate),
                pack("<IHH", self.rate * self.frame_bytes, self.frame_bytes, bits),
                pack("<4sI", b"data", data),
            ]
        )


class WaveReader:
    """The bytes from `first` on, read like those of a file. Raises LibsndfileError or OSError."""

    def __init__(self, file: Path, stretch: Stretch, first: int = 0) -> None:
        self._file = file.open("rb")
        try:
            self._open = soundfile.SoundFile(self._file.fileno(), closefd=False)
        except soundfile.LibsndfileError:
            self._file.close()
            raise
        self._sound = SoundStretch(self._open, stretch)
        width = 3 if self._open.subtype in FINE else 2
        self.format = Format(self._open.samplerate, self._open.channels, width, self._sound.frames)
        self._place, self._frame = first, 0

    def read(self, most: int) -> bytes:
        """Up to so many bytes, at least one while there are any."""
        if self._place < HEAD_BYTES:
            found = self.format.head[self._place : self._place + most]
        else:
            found = self._samples(most)
        self._place += len(found)
        return found

    def _samples(self, most: int) -> bytes:
        """Whole frames, but for the one that `first` lies in."""
        frame, cut = divmod(self._place - HEAD_BYTES, self.format.frame_bytes)
        wanted = min(max(1, (cut + most) // self.format.frame_bytes), self.format.frames - frame)
        if wanted <= 0:
            return b""
        if frame != self._frame:
            self._sound.seek(frame)
        return self._decode(frame, wanted)[cut : cut + most]

    def _decode(self, frame: int, wanted: int) -> bytes:
        """So many frames; silence where the decoder gives up, as much as was promised."""
        is_fine = self.format.width == 3
        try:
            found = self._sound.read(wanted, "int32" if is_fine else "int16", always_2d=True)
        except soundfile.LibsndfileError:
            found = np.zeros((0, self.format.channels), "int32" if is_fine else "int16")
        self._frame = frame + len(found)
        return to_bytes(found, is_fine=is_fine).ljust(wanted * self.format.frame_bytes, b"\0")

    def close(self) -> None:
        self._open.close()
        self._file.close()


def to_bytes(samples: np.ndarray[Any, Any], *, is_fine: bool) -> bytes:
    """Little-endian; of 32 bits the upper 24."""
    if not is_fine:
        return samples.astype("<i2").tobytes()
    return samples.astype("<i4").reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()


def format_of(file: Path, stretch: Stretch) -> Format:
    """Raises LibsndfileError or OSError."""
    reader = WaveReader(file, stretch)
    reader.close()
    return reader.format
