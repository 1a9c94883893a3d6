"""The band: every function is one note of one instrument, the same each time it is asked for."""

from functools import lru_cache

import numpy as np

from andre.demo.library.theory import hertz
from andre.demo.library.waves import (
    RATE,
    Sound,
    bandpass,
    chorus_saw,
    count,
    decay,
    fade_end,
    highpass,
    hiss,
    lowpass,
    opening,
    pulse,
    sine,
    sound,
    string,
    swell,
    times,
)

remembered = lru_cache(maxsize=400)  # A loop plays the same few notes again and again.


@remembered
def electric_piano(pitch: int, seconds: float) -> Sound:
    """Frequency modulation (Chowning, 1973): a soft body and a tine that is gone at once."""
    t, hz = times(seconds + 0.4), hertz(pitch)
    body = np.sin(2 * np.pi * hz * t + 1.1 * 0.5 ** (t / 0.35) * np.sin(2 * np.pi * hz * t))
    tine = 0.12 * 0.5 ** (t / 0.04) * np.sin(2 * np.pi * hz * 7 * t)
    held = swell(seconds + 0.4, 0.004, 0.35)
    return sound((body + tine) * 0.5 ** (t / 0.9)) * held


@remembered
def vibraphone(pitch: int, seconds: float) -> Sound:
    ring = max(seconds, 1.0) + 1.2
    hz, t = hertz(pitch), times(ring)
    motor = 1 + 0.18 * np.sin(2 * np.pi * 4.6 * t)
    bar = sine(hz, ring) * decay(ring, 0.55) + 0.25 * sine(hz * 4, ring) * decay(ring, 0.12)
    strike = 0.1 * sine(hz * 10.1, ring) * decay(ring, 0.015)
    return fade_end(sound(bar * motor) + strike, 0.2)


@remembered
def music_box(pitch: int, seconds: float) -> Sound:
    ring = max(seconds, 0.5) + 1.0
    hz = hertz(pitch)
    partials = ((1.0, 1.0, 0.4), (2.01, 0.35, 0.2), (5.4, 0.18, 0.06), (8.9, 0.06, 0.03))
    parts = [g * sine(hz * ratio, ring) * decay(ring, half) for ratio, g, half in partials]
    return fade_end(np.sum(parts, axis=0, dtype=np.float32), 0.2)


@remembered
def bell(pitch: int, seconds: float) -> Sound:
    """A far, soft bell: no strike, only the ring."""
    ring = seconds + 3.0
    hz = hertz(pitch)
    tone = sine(hz, ring) + 0.4 * sine(hz * 2.002, ring) * decay(ring, 0.5)
    return fade_end(tone * decay(ring, 0.9) * swell(ring, 0.02, 1.0))


@remembered
def guitar(pitch: int, seconds: float) -> Sound:
    ring = max(seconds, 0.4) + 0.8
    plucked = string(hertz(pitch), ring, 0.996, seed=pitch)
    return fade_end(lowpass(plucked, 4_800), 0.3) * np.float32(1.6)


@remembered
def palm_mute_guitar(pitch: int, seconds: float) -> Sound:
    plucked = string(hertz(pitch), seconds, 0.97, seed=pitch) * decay(seconds, 0.06)
    return fade_end(bandpass(plucked, 350, 4_000)) * np.float32(2.2)


@remembered
def upright_bass(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.12
    body = sine(hertz(pitch), ring) * decay(ring, 0.45)
    wood = lowpass(string(hertz(pitch), ring, 0.992, seed=pitch), 1_400)
    return fade_end((0.8 * body + 1.1 * wood) * swell(ring, 0.006, 0.1))


@remembered
def finger_bass(pitch: int, seconds: float) -> Sound:
    """Round below, with a bite at the front that a small loudspeaker can still play."""
    wave = chorus_saw(hertz(pitch), seconds, (0.0,))
    bitten = opening(wave, 260, 1_900, decay(seconds, 0.07))
    return fade_end(0.6 * bitten + 0.7 * sine(hertz(pitch), seconds)) * swell(seconds, 0.004, 0.03)


@remembered
def deep_bass(pitch: int, seconds: float) -> Sound:
    tone = sine(hertz(pitch), seconds)
    warm = np.tanh(1.8 * tone) * 0.75
    return sound(warm) * swell(seconds, 0.012, 0.06)


@remembered
def synth_bass(pitch: int, seconds: float) -> Sound:
    wave = chorus_saw(hertz(pitch), seconds, (-6.0, 6.0))
    tone = opening(wave, 220, 2_400, decay(seconds, 0.09)) + 0.4 * sine(hertz(pitch), seconds)
    return fade_end(tone) * swell(seconds, 0.003, 0.02)


@remembered
def pluck(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.25
    wave = chorus_saw(hertz(pitch), ring, (-7.0, 7.0))
    return fade_end(opening(wave, 500, 5_200, decay(ring, 0.05)) * decay(ring, 0.12))


@remembered
def pad(pitch: int, seconds: float, bright: float = 1_400.0) -> Sound:
    """Stereo: what is left and right of it differs by a few cents and so has width."""
    ring, hz = seconds + 0.9, hertz(pitch)
    sides = [chorus_saw(hz, ring, cents) for cents in ((-11.0, 2.0, 8.0), (-8.0, -2.0, 11.0))]
    edge = min(seconds * 0.4, 0.9)
    return np.stack([lowpass(side, bright) * swell(ring, edge, 0.9) for side in sides])


@remembered
def choir(pitch: int, seconds: float) -> Sound:
    """An "oo": the pad through two vowels' formants, with breath."""
    wide = pad(pitch, seconds, 3_500.0)
    vowel = 1.5 * bandpass(wide, 280, 480) + 0.5 * bandpass(wide, 750, 1_000)
    breath = bandpass(hiss(wide.shape[-1] / RATE, pitch), 1_500, 4_000)[: wide.shape[-1]]
    return sound(vowel + 0.008 * breath * swell(wide.shape[-1] / RATE, 0.5, 0.9))


@remembered
def bow_string(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.35
    wave = chorus_saw(hertz(pitch), ring, (-3.0, 4.0))
    body = bandpass(wave, 120, 1_700)
    trembling = sound(1 + 0.08 * np.sin(2 * np.pi * 5.1 * times(ring)))
    return body * trembling * swell(ring, 0.16, 0.35)


@remembered
def flute(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.12
    hz = hertz(pitch)
    tone = sine(hz, ring, 0.16) + 0.22 * sine(hz * 2, ring, 0.16) + 0.06 * sine(hz * 3, ring, 0.16)
    breath = 0.05 * bandpass(hiss(ring, pitch), hz, hz * 3)
    return sound((tone + breath) * swell(ring, 0.05, 0.12))


@remembered
def melodica(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.08
    reeds = pulse(hertz(pitch), ring, 0.3) + pulse(hertz(pitch) * 1.004, ring, 0.42)
    return highpass(lowpass(reeds, 2_600), 250) * swell(ring, 0.03, 0.08)


@remembered
def organ(pitch: int, seconds: float) -> Sound:
    drawbars = ((0.5, 0.5), (1.0, 1.0), (1.5, 0.5), (2.0, 0.5), (3.0, 0.2), (4.0, 0.15))
    hz = hertz(pitch)
    tone = np.sum([g * sine(hz * r, seconds) for r, g in drawbars], axis=0, dtype=np.float32)
    return tone * np.float32(0.5) * swell(seconds, 0.008, 0.04)


@remembered
def soft_piano(pitch: int, seconds: float) -> Sound:
    """A hammer in felt: few partials, a little stretched, the high ones gone first, and wood."""
    ring, hz = max(seconds, 0.6) + 0.9, hertz(pitch)
    t = times(ring)
    body = np.zeros_like(t)
    for partial, gain in enumerate((1.0, 0.42, 0.2, 0.09, 0.04), start=1):
        stretched = hz * partial * (1 + 0.0004 * partial**2)
        half_life = 0.9 * (220 / max(hz, 110)) ** 0.4 / partial**0.7
        body += gain * np.sin(2 * np.pi * stretched * t) * 0.5 ** (t / half_life)
    knock = 0.05 * lowpass(hiss(ring, pitch), 900) * decay(ring, 0.012)
    return fade_end((sound(body) + knock) * swell(ring, 0.008, 0.5))


@remembered
def chip_lead(pitch: int, seconds: float) -> Sound:
    """A narrow pulse with its edges a little worn: bright, not sharp."""
    ring = seconds + 0.02
    return lowpass(pulse(hertz(pitch), ring, 0.25), 6_500) * swell(ring, 0.002, 0.02)


@remembered
def chip_bass(pitch: int, seconds: float) -> Sound:
    """A triangle, as far as odd partials make one."""
    hz = hertz(pitch)
    parts = [sine(hz * n, seconds) * np.float32((-1) ** (n // 2) / n**2) for n in (1, 3, 5, 7)]
    return np.sum(parts, axis=0, dtype=np.float32) * swell(seconds, 0.002, 0.02)


@remembered
def brass(pitch: int, seconds: float) -> Sound:
    """Three players of one line; the sound opens a moment after the tongue."""
    ring = seconds + 0.06
    wave = chorus_saw(hertz(pitch), ring, (-9.0, 0.0, 7.0))
    blown = opening(wave, 700, 4_200, swell(ring, 0.07, max(ring * 0.6, 0.05)))
    return highpass(blown, 160) * swell(ring, 0.02, 0.06)


@remembered
def lead(pitch: int, seconds: float) -> Sound:
    ring = seconds + 0.1
    wave = chorus_saw(hertz(pitch), ring, (-8.0, 8.0)) + 0.5 * pulse(hertz(pitch), ring, 0.35)
    return opening(wave, 1_300, 4_500, decay(ring, 0.25)) * swell(ring, 0.015, 0.1)


def backward_bell(pitch: int, seconds: float) -> Sound:
    """A bell played backwards, so that it arrives."""
    tail = bell(pitch, seconds)[: count(seconds)]
    return sound(tail[::-1].copy()) * swell(seconds, 0.3, 0.02)
