"""How loud a recording is: integrated loudness after ITU-R BS.1770-4, read in small pieces."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from pyloudnorm import IIRfilter
from scipy.signal import lfilter

from player.library.decoding import Decoded, Sound, open_sound, pieces_of
from player.library.files import safe_file

STEP_SECONDS = 0.1  # A block is 400 ms long and begins every 100 ms.
STEPS_IN_BLOCK = 4
STEPS_IN_PIECE = 100
OFFSET = -0.691
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU below what passes the absolute one
WEIGHTS = (1.0, 1.0, 1.0, 1.41, 1.41)  # left, right, centre, and the two behind

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    loudness: float  # LUFS
    peak: float


def measure(base: Path, path: str) -> Measured | None:
    """None where the file is gone or in a format that nothing here decodes."""
    file = safe_file(base, path)
    if file is None:
        return None
    try:
        with open_sound(file) as sound:
            return measure_sound(sound)[0]
    except (soundfile.LibsndfileError, OSError):
        return None


def measure_sound(sound: Sound) -> tuple[Measured, Decoded]:
    meter = Meter(sound.samplerate, sound.channels)
    decoded = Decoded(sound.samplerate)
    for piece in pieces_of(sound, meter.step * STEPS_IN_PIECE, decoded):
        meter.hear(piece)
    return Measured(loudness=gate(meter.powers), peak=meter.peak), decoded


class Meter:
    """Mean weighted power of each tenth of a second; memory does not grow with the sound."""

    def __init__(self, rate: int, channels: int) -> None:
        self.step = round(rate * STEP_SECONDS)
        self.channels = min(channels, len(WEIGHTS))
        self.peak = 0.0
        self._powers: list[Floats] = []
        # The two stages of BS.1770's K-weighting: a head's shelf, and a high-pass.
        self._filters = (
            IIRfilter(4.0, 1 / np.sqrt(2), 1_500.0, rate, "high_shelf"),
            IIRfilter(0.0, 0.5, 38.0, rate, "high_pass"),
        )
        self._states = [np.zeros((2, self.channels)) for _ in self._filters]

    @property
    def powers(self) -> Floats:
        return np.concatenate(self._powers) if self._powers else np.zeros(0)

    def hear(self, piece: Floats) -> None:
        self.peak = max(self.peak, float(np.abs(piece).max(initial=0.0)))
        weighted = piece[:, : self.channels]
        for i, stage in enumerate(self._filters):
            weighted, self._states[i] = lfilter(
                stage.b, stage.a, weighted, axis=0, zi=self._states[i]
            )
        whole = weighted.shape[0] // self.step
        steps = weighted[: whole * self.step].reshape(whole, self.step, self.channels)
        self._powers.append((steps**2).mean(axis=1) @ np.array(WEIGHTS[: self.channels]))


def gate(powers: Floats) -> float:
    """The mean of the blocks that count: silence between the movements is not quietness."""
    if powers.shape[0] < STEPS_IN_BLOCK:
        return ABSOLUTE_GATE
    blocks = np.convolve(powers, np.ones(STEPS_IN_BLOCK) / STEPS_IN_BLOCK, "valid")
    loud = blocks[level(blocks) > ABSOLUTE_GATE]
    if loud.size == 0:
        return ABSOLUTE_GATE
    counting = loud[level(loud) > level(loud.mean()) + RELATIVE_GATE]
    return float(level(counting.mean()))


def level(power: Floats | float) -> Floats:
    return np.asarray(OFFSET + 10 * np.log10(np.maximum(power, 1e-12)))
