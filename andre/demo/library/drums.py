"""The kit: strokes made of falling sines and filtered noise."""

from functools import lru_cache

import numpy as np

from andre.demo.library.waves import (
    RATE,
    Sound,
    bandpass,
    decay,
    fade_end,
    highpass,
    hiss,
    lowpass,
    sine,
    sound,
    swell,
    times,
)

remembered = lru_cache(maxsize=64)


def drop(start: float, end: float, fall: float, seconds: float) -> Sound:
    """A sine falling from `start` to `end` hertz; `fall` is the half-life of the way."""
    hz = end + (start - end) * 0.5 ** (times(seconds) / fall)
    return sound(np.sin(2 * np.pi * np.cumsum(hz) / RATE))


@remembered
def kick(low: float = 48.0, length: float = 0.32) -> Sound:
    click = 0.25 * highpass(hiss(0.006, 1), 2_000)
    body = drop(190, low, 0.022, length) * decay(length, length / 3.2)
    body[: click.shape[-1]] += click
    return fade_end(body, 0.02)


@remembered
def soft_kick() -> Sound:
    return fade_end(lowpass(drop(120, 46, 0.03, 0.3) * decay(0.3, 0.08), 900), 0.02)


@remembered
def snare(tone: float = 185.0, length: float = 0.22) -> Sound:
    shell = 0.5 * drop(tone * 1.5, tone, 0.012, length) * decay(length, 0.035)
    wires = bandpass(hiss(length, 2), 1_200, 9_000) * decay(length, length / 3.6)
    return fade_end(shell + 0.75 * wires, 0.02)


@remembered
def big_snare() -> Sound:
    """The big room of 1983, and its door slammed shut."""
    body = snare(165.0, 0.28)
    room = bandpass(hiss(0.28, 3), 500, 6_000) * swell(0.28, 0.01, 0.03)
    return fade_end(body + 0.22 * room, 0.01)


@remembered
def clap() -> Sound:
    hands = bandpass(hiss(0.26, 4), 900, 5_000) * decay(0.26, 0.05)
    for start in (0.0, 0.011, 0.021):
        stroke = bandpass(hiss(0.01, 5), 900, 5_000) * decay(0.01, 0.004)
        at = int(start * RATE)
        hands[at : at + stroke.shape[-1]] += stroke
    return fade_end(hands)


@remembered
def rim() -> Sound:
    return fade_end(
        0.6 * sine(1_700, 0.05) * decay(0.05, 0.006)
        + drop(900, 420, 0.004, 0.05) * decay(0.05, 0.01)
    )


@remembered
def hat(length: float = 0.05) -> Sound:
    return fade_end(highpass(hiss(length, 6), 7_500, 4) * decay(length, length / 3))


@remembered
def open_hat() -> Sound:
    return fade_end(highpass(hiss(0.28, 7), 6_500, 4) * decay(0.28, 0.09), 0.03)


@remembered
def ride() -> Sound:
    metal = sum(
        (sine(hz, 0.9) for hz in (3_140, 4_270, 5_390, 6_610, 7_830)), start=sine(2_480, 0.9)
    )
    ping = 0.07 * metal * decay(0.9, 0.1)
    return fade_end(ping + 0.22 * highpass(hiss(0.9, 8), 6_000) * decay(0.9, 0.16), 0.1)


@remembered
def brush(length: float = 0.2) -> Sound:
    return 0.7 * bandpass(hiss(length, 9), 1_500, 7_000) * swell(length, length * 0.3, length * 0.6)


@remembered
def shaker() -> Sound:
    return bandpass(hiss(0.09, 10), 4_500, 11_000) * swell(0.09, 0.035, 0.05)


@remembered
def tom(hz: float) -> Sound:
    return fade_end(drop(hz * 1.6, hz, 0.03, 0.4) * decay(0.4, 0.1), 0.05)


@remembered
def conga(hz: float) -> Sound:
    slap = 0.15 * bandpass(hiss(0.22, 11), 1_000, 4_000) * decay(0.22, 0.01)
    return fade_end(drop(hz * 1.15, hz, 0.015, 0.22) * decay(0.22, 0.05) + slap, 0.02)
