"""Which moment of which recording is heard: each window of sound is placed by correlation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import resample_poly

RATE = 8_000  # Pitch and place show well below 4 kHz, and a minute is small.
WINDOW = 1_024  # 128 ms: so short that a rate of 2 % does not smear it.
HOP_MS = 100
NEAR_MS = 2_500  # How far from its expected place a window is looked for first.
SILENCE = 0.003  # Of full scale; the recordings are thirty times louder.
SURE = 0.6

Signal = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """One window: when it sounded, in wall ms, and what it was."""

    at_ms: float
    is_silent: bool
    song: str | None = None
    position_ms: float = 0.0


@dataclass(frozen=True)
class Expected:
    """What the nest plays from a moment on: a song's position then, or silence."""

    since_ms: float
    song: str | None
    position_ms: float = 0.0

    def position_at(self, wall_ms: float) -> float:
        return self.position_ms + wall_ms - self.since_ms


class Shelf:
    """The recordings as they are looked for."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._signals = {path.stem: downsample(*soundfile.read(path)) for path in paths}

    def place(
        self, window: Signal, expected: Expected | None, at_ms: float
    ) -> tuple[str, float] | None:
        """Where it is expected, or else wherever it is found."""
        if expected and expected.song:
            near = self._in(window, expected.song, expected.position_at(at_ms))
            if near is not None:
                return near
        for name in self._signals:
            if (found := self._in(window, name, None)) is not None:
                return found
        return None

    def _in(self, window: Signal, name: str, around_ms: float | None) -> tuple[str, float] | None:
        signal = self._signals[name]
        first = 0
        if around_ms is not None:
            middle, reach = int(around_ms * RATE / 1000), NEAR_MS * RATE // 1000
            first = max(0, middle - reach)
            signal = signal[first : max(first, middle + reach + WINDOW)]
        if len(signal) <= WINDOW:
            return None
        scores = likeness(window, signal)
        best = int(np.argmax(scores))
        if scores[best] < SURE:
            return None
        return name, (first + best + peak(scores, best)) * 1000 / RATE


def downsample(samples: NDArray[np.float64], rate: int) -> Signal:
    mono = samples.mean(axis=1) if samples.ndim > 1 else samples
    divisor = int(np.gcd(RATE, rate))
    return resample_poly(mono, RATE // divisor, rate // divisor).astype(np.float32)


def likeness(window: Signal, signal: Signal) -> Signal:
    """The normalised correlation of a window with each place of a signal: 1 is the same."""
    size = next_fast_len(len(signal) + WINDOW)
    products = irfft(rfft(signal, size) * np.conj(rfft(window, size)), size)
    places = len(signal) - WINDOW
    powers = np.concatenate([[0.0], np.cumsum(signal.astype(np.float64) ** 2)])
    local = powers[WINDOW : WINDOW + places] - powers[:places]
    scale = np.sqrt(np.maximum(local, 1e-9) * float(np.sum(window.astype(np.float64) ** 2)))
    return (products[:places] / scale).astype(np.float32)


def peak(scores: Signal, best: int) -> float:
    """How far the true peak is from the best sample: that of the parabola through three."""
    if not 0 < best < len(scores) - 1:
        return 0.0
    left, middle, right = (float(each) for each in scores[best - 1 : best + 2])
    bend = left - 2 * middle + right
    return 0.0 if bend == 0 else 0.5 * (left - right) / bend


def follow(
    channel: NDArray[np.int16], rate: int, begins_ms: float, shelf: Shelf, plan: Sequence[Expected]
) -> list[Heard]:
    """What one channel of a recording held, every 100 ms."""
    signal = downsample(channel.astype(np.float64) / 32_768, rate)
    found = []
    for first in range(0, len(signal) - WINDOW, HOP_MS * RATE // 1000):
        window = signal[first : first + WINDOW]
        at_ms = begins_ms + first * 1000 / RATE
        if float(np.sqrt(np.mean(window**2))) < SILENCE:
            found.append(Heard(at_ms, is_silent=True))
            continue
        placed = shelf.place(window, expected_at(plan, at_ms), at_ms)
        song, position = placed or (None, 0.0)
        found.append(Heard(at_ms, is_silent=False, song=song, position_ms=position))
    return found


def expected_at(plan: Sequence[Expected], at_ms: float) -> Expected | None:
    """The last thing that the nest began by then."""
    past = [each for each in plan if each.since_ms <= at_ms]
    return past[-1] if past else None
