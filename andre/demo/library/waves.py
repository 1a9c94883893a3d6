"""Oscillators, envelopes and filters: the raw matter of every instrument."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE = 44_100

Sound = NDArray[np.float32]  # mono (n,) or stereo (2, n), full scale at 1.0


def count(seconds: float) -> int:
    return max(1, round(seconds * RATE))


def times(seconds: float) -> NDArray[np.float64]:
    return np.arange(count(seconds)) / RATE


def sound(values: NDArray[np.floating]) -> Sound:
    return values.astype(np.float32)


def sine(hz: float, seconds: float, vibrato: float = 0.0) -> Sound:
    """`vibrato` is its depth in semitones; it arrives late, as a player's does."""
    t = times(seconds)
    bend = vibrato * np.sin(2 * np.pi * 5.2 * t) * np.clip(t / 0.6, 0, 1)
    return sound(np.sin(2 * np.pi * np.cumsum(hz * 2 ** (bend / 12)) / RATE))


def saw(hz: float, seconds: float, phase: float = 0.0) -> Sound:
    """Band-limited by PolyBLEP (Välimäki and Huovilainen, 2007): no whistling from aliases."""
    step = hz / RATE
    at = (np.arange(count(seconds)) * step + phase) % 1.0
    wave = 2 * at - 1
    rising, falling = at < step, at > 1 - step
    x = at[rising] / step
    wave[rising] -= 2 * x - x * x - 1
    x = (at[falling] - 1) / step
    wave[falling] -= x * x + 2 * x + 1
    return sound(wave)


def pulse(hz: float, seconds: float, width: float = 0.5) -> Sound:
    return (saw(hz, seconds) - saw(hz, seconds, phase=width)) * np.float32(0.5)


def chorus_saw(hz: float, seconds: float, cents: Sequence[float]) -> Sound:
    """Several saws a little apart. Their starts differ, so they do not cancel at the attack."""
    parts = [saw(hz * 2 ** (c / 1200), seconds, (i * 0.37) % 1) for i, c in enumerate(cents)]
    return sound(np.sum(parts, axis=0) / len(cents) ** 0.5)


def hiss(seconds: float, seed: int) -> Sound:
    return sound(np.random.default_rng(seed).uniform(-1, 1, count(seconds)))


def decay(seconds: float, half_life: float) -> Sound:
    return sound(0.5 ** (times(seconds) / half_life))


def swell(seconds: float, attack: float, release: float) -> Sound:
    """Up, held, and down again inside `seconds`, on raised cosines."""
    t = times(seconds)
    up = np.clip(t / attack, 0, 1)
    down = np.clip((seconds - t) / release, 0, 1)
    return sound((0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 - 0.5 * np.cos(np.pi * down)))


def fade_end(wave: Sound, release: float = 0.008) -> Sound:
    """The same with its very end faded: a cut-off wave clicks."""
    n = min(count(release), wave.shape[-1])
    wave = wave.copy()
    wave[..., -n:] *= np.linspace(1, 0, n, dtype=np.float32)
    return wave


def lowpass(wave: Sound, hz: float, order: int = 2) -> Sound:
    return apply_filter(wave, "lowpass", hz, order)


def highpass(wave: Sound, hz: float, order: int = 2) -> Sound:
    return apply_filter(wave, "highpass", hz, order)


def bandpass(wave: Sound, low: float, high: float) -> Sound:
    return lowpass(highpass(wave, low), high)


def apply_filter(wave: Sound, kind: str, hz: float, order: int) -> Sound:
    bounded = min(max(hz, 10.0), RATE * 0.45)
    return sound(signal.sosfilt(signal.butter(order, bounded, kind, fs=RATE, output="sos"), wave))


def opening(wave: Sound, dark: float, bright: float, envelope: Sound) -> Sound:
    """A filter that moves: two still ones, crossfaded along `envelope` (1 is bright)."""
    low, high = lowpass(wave, dark), lowpass(wave, bright)
    return low + (high - low) * envelope


def string(hz: float, seconds: float, damping: float, seed: int) -> Sound:
    """A plucked string (Karplus and Strong, 1983), tuned between samples by interpolation."""
    period = RATE / hz - 0.5
    whole, part = int(period), period - int(period)
    burst = np.zeros(count(seconds))
    burst[: whole + 1] = lowpass(hiss((whole + 1) / RATE, seed), 5_500)[: whole + 1]
    loop = damping * np.convolve((1 - part, part), (0.5, 0.5))
    feedback = np.concatenate(([1.0], np.zeros(whole - 1), -loop))
    return sound(signal.lfilter([1.0], feedback, burst))
