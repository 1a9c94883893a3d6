"""Which tracks of the library sound alike: the nearest in tempo, key, loudness and timbre."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from math import cos, log2, pi, sin

import numpy as np
from numpy.typing import NDArray

from player.library.musical_keys import KEYS
from player.models import Track

FRESH_SECONDS = 600  # After that the library is read again, changed or not.
FIFTH = 7  # semitones: neighbours on the circle of fifths share all notes but one
WEIGHT_OF_KEY, WEIGHT_OF_TIMBRE = 0.5, 0.4  # Of one dimension; timbre has many of them.
TYPICAL_LUFS = -14.0

Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Space:
    """Every measured track as a point; each dimension has mean 0 and spread 1 before weighting."""

    pks: NDArray[np.int64]
    points: Vectors
    made_at: float


_space: Space | None = None


def nearest(track: Track, n: int, without: Collection[int]) -> list[Track]:
    """The nearest first; none where the track itself was never measured."""
    found = space()
    here = np.flatnonzero(found.pks == track.pk)
    if here.size == 0:
        return []
    far = np.linalg.norm(found.points - found.points[here[0]], axis=1)
    left_out = np.isin(found.pks, [track.pk, *without])
    far[left_out] = np.inf
    wanted = min(n, int((~left_out).sum()))
    order = np.argsort(far, kind="stable")[:wanted]
    rows = Track.objects.filter(available=True).in_bulk(found.pks[order].tolist())
    return [rows[pk] for pk in found.pks[order].tolist() if pk in rows]


def space() -> Space:
    global _space
    measured = Track.objects.exclude(timbre=None).filter(available=True)
    is_old = _space is None or time.monotonic() - _space.made_at > FRESH_SECONDS
    if _space is None or is_old or _space.pks.size != measured.count():
        columns = ("pk", "tempo", "key", "loudness", "timbre")
        _space = build_space(list(measured.order_by("pk").values_list(*columns)))
    return _space


def build_space(rows: list[tuple[int, float | None, str, float | None, bytes]]) -> Space:
    pks = np.array([row[0] for row in rows], dtype=np.int64)
    if not rows:
        return Space(pks, np.zeros((0, 0)), time.monotonic())
    plain = np.array([features_of(tempo, loudness) for _, tempo, _, loudness, _ in rows])
    timbre = np.stack([np.frombuffer(row[4], np.float32) for row in rows]).astype(np.float64)
    keys = np.array([place_of(row[2]) for row in rows])
    parts = (standardise(plain), WEIGHT_OF_KEY * keys, WEIGHT_OF_TIMBRE * standardise(timbre))
    return Space(pks, np.hstack(parts), time.monotonic())


def features_of(tempo: float | None, loudness: float | None) -> tuple[float, float]:
    return log2(tempo or 120.0), TYPICAL_LUFS if loudness is None else loudness


def standardise(columns: Vectors) -> Vectors:
    spread = columns.std(axis=0)
    return np.asarray((columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def place_of(key: str) -> tuple[float, float, float]:
    """On the circle of fifths, and whether it is minor; a minor key stands by its relative."""
    if key not in KEYS:
        return 0.0, 0.0, 0.0
    is_minor = key.endswith("m")
    tonic = KEYS.index(key) % 12 + (3 if is_minor else 0)
    turn = 2 * pi * (tonic * FIFTH % 12) / 12
    return cos(turn), sin(turn), 1.0 if is_minor else -1.0
