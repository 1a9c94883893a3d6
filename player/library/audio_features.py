"""What a recording sounds like: tempo, key and timbre, from a minute of its middle.

Tempo after Ellis, "Beat Tracking by Dynamic Programming" (2007): the autocorrelation of the onset
strength under a log-normal preference for walking pace. Key after Krumhansl, "Cognitive
Foundations of Musical Pitch" (1990): the key profile that fits the chroma best. Timbre as
mel-frequency cepstra after Davis and Mermelstein (1980), their mean and spread.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from django.conf import settings
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.signal import resample_poly, stft

from player.library.decoding import open_sound
from player.library.files import safe_file
from player.library.musical_keys import KEYS
from player.library.stretches import Stretch, stretch_of
from player.models import Track

RATE = 22_050
HEARD_SECONDS = 60
FRAME, HOP = 2_048, 512
MEL_BANDS, CEPSTRA = 40, 13
LOWEST_HZ, HIGHEST_HZ = 40.0, 8_000.0
SLOWEST, FASTEST, PREFERRED = 50.0, 210.0, 120.0  # beats a minute
OCTAVES_OF_PREFERENCE = 0.9
QUIETEST = 1e-10
LONG_FRAME = 8_192  # Long enough to tell low notes apart.
LOWEST_NOTE, HIGHEST_NOTE, A4, A4_HZ = 45, 95, 69, 440.0  # as MIDI counts them
QUIET_TONE = 1e-3  # of a full scale
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sound:
    tempo: float  # beats a minute
    key: str  # "C", "F#m"
    timbre: bytes  # float32: the means of the cepstra, then their spreads


def measure_some(n: int, after: int = 0) -> int | None:
    """Measure up to `n` tracks behind the one with this number that nobody has listened to yet.

    The number to go on behind; None where no more are left.
    """
    waiting = Track.objects.filter(timbre=None, sound_failed=False, available=True, pk__gt=after)
    tracks = list(waiting.order_by("pk").only("path", "piece", "begins_ms", "duration_ms")[:n])
    for track in tracks:
        file = safe_file(settings.MUSIC_ROOT, track.path)
        if file is None:
            continue  # What is away has not failed.
        try:
            found = measure(file, track.duration_ms, stretch_of(track))
        except OSError:
            continue
        if found is None:
            track.sound_failed = True
        else:
            track.tempo, track.key, track.timbre = found.tempo, found.key, found.timbre
        track.save(update_fields=["tempo", "key", "timbre", "sound_failed"])
    return tracks[-1].pk if tracks else None


def measure(file: Path, duration_ms: int, stretch: Stretch | None = None) -> Sound | None:
    """None where the recording is too short, or in a format that nothing here decodes."""
    try:
        wave = middle(file, duration_ms, stretch)
    except soundfile.LibsndfileError:
        return None
    return analyse(wave) if wave.size >= RATE else None


def middle(path: Path, duration_ms: int, stretch: Stretch | None) -> Floats:
    """Up to a minute, one channel, at RATE."""
    with open_sound(path, stretch) as sound:
        rate = sound.samplerate
        frames = min(sound.frames, duration_ms * rate // 1000)  # The header may promise more.
        wanted = min(frames, HEARD_SECONDS * rate)
        sound.seek((frames - wanted) // 2)
        wave = sound.read(wanted, dtype="float64", always_2d=True).mean(axis=1)
    shared = gcd(rate, RATE)
    return np.asarray(resample_poly(wave, RATE // shared, rate // shared))


def analyse(wave: Floats) -> Sound:
    _, _, frames = stft(wave, RATE, nperseg=FRAME, noverlap=FRAME - HOP, padded=False)
    power = np.abs(frames) ** 2
    mels = np.log(mel_bands() @ power + QUIETEST)
    cepstra = dct(mels, axis=0, norm="ortho")[1 : CEPSTRA + 1]  # The first is only loudness.
    timbre = np.concatenate([cepstra.mean(axis=1), cepstra.std(axis=1)])
    return Sound(tempo_of(mels), detect_key(wave), timbre.astype(np.float32).tobytes())


def tempo_of(mels: Floats) -> float:
    rises = np.maximum(0.0, np.diff(mels, axis=1)).mean(axis=0)
    onsets = rises - rises.mean()
    spectrum = np.fft.rfft(onsets, 2 * onsets.size)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: onsets.size]
    lags = np.arange(1, onsets.size)
    tempi = 60.0 * RATE / HOP / lags
    liking = np.exp(-0.5 * (np.log2(tempi / PREFERRED) / OCTAVES_OF_PREFERENCE) ** 2)
    score = np.where((tempi >= SLOWEST) & (tempi <= FASTEST), likeness[1:] * liking, -np.inf)
    return round(float(tempi[int(np.argmax(score))]), 1)


def detect_key(wave: Floats) -> str:
    _, _, frames = stft(wave, RATE, nperseg=LONG_FRAME, noverlap=LONG_FRAME // 2, padded=False)
    spectrum = np.log1p(np.abs(frames) / QUIET_TONE).mean(axis=1)
    chroma = np.zeros(12)
    for note, bins in enumerate(bins_of_notes(), LOWEST_NOTE):
        chroma[note % 12] += spectrum[bins].max()
    profiles = [np.roll(profile, turn) for profile in (MAJOR, MINOR) for turn in range(12)]
    fits = [correlation(chroma, profile) for profile in profiles]
    return KEYS[int(np.argmax(fits))]


def correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size else 0.0


@cache
def bins_of_notes() -> list[slice]:
    """Of each note from LOWEST_NOTE on, a quarter tone to either side."""
    notes = np.arange(LOWEST_NOTE, HIGHEST_NOTE + 1)
    edges = A4_HZ * 2.0 ** ((np.array([notes - 0.5, notes + 0.5]) - A4) / 12) * LONG_FRAME / RATE
    return [slice(math.ceil(low), math.floor(high) + 1) for low, high in edges.T]


@cache
def mel_bands() -> Floats:
    """Overlapping triangles, even on the mel scale."""
    edges = hertz_of(np.linspace(mel_of(LOWEST_HZ), mel_of(HIGHEST_HZ), MEL_BANDS + 2))
    hertz = np.arange(FRAME // 2 + 1) * RATE / FRAME
    return np.stack(list(triangles(edges, hertz)))


def triangles(edges: Floats, hertz: Floats) -> Iterator[Floats]:
    for low, top, high in zip(edges, edges[1:], edges[2:], strict=False):
        rising, falling = (hertz - low) / (top - low), (high - hertz) / (high - top)
        yield np.maximum(0.0, np.minimum(rising, falling))


def mel_of(hertz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))


def hertz_of(mel: Floats) -> Floats:
    return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))
