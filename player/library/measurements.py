"""Listens to recordings once: how loud they are, and how long they truly are.

The length is what all else goes by (the clock, airtime, the queue), and a header may promise what
is not there.
"""

from dataclasses import dataclass, field
from pathlib import Path

import soundfile
from django.conf import settings
from django.db.models import Q, QuerySet

from player.library.containers import Contents, Unfit
from player.library.decoding import Decoded, contents_of, decode, open_sound, true_length
from player.library.files import safe_file
from player.library.loudness import Measured, measure_sound
from player.library.progress_bar import Told
from player.library.scan import SHORT_BY_MS
from player.models import ScannedFile, Track

FIELDS = ("duration_ms", "length_checked", "loudness", "peak", "loudness_failed")


@dataclass
class Measurements:
    measured: int = 0
    false_lengths: list[tuple[str, int, int]] = field(default_factory=list)  # path, said, true ms
    lengths: dict[str, int] = field(default_factory=dict)  # URI to ms, of those that changed
    skipped: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)  # URIs of the skipped ones


def measure_missing(progress: Told | None = None) -> Measurements:
    """Listen to every track that nobody has listened to to its end."""
    result = Measurements()
    tracks = list(waiting().only("path", *FIELDS))
    for done, track in enumerate(tracks, 1):
        file = safe_file(settings.MUSIC_ROOT, track.path)
        if file is not None:  # What is away has not failed.
            listen(track, file, result)
        if progress:
            progress(done, len(tracks))
    return result


def waiting() -> QuerySet[Track]:
    unheard = Q(loudness=None, loudness_failed=False) | Q(length_checked=False)
    return Track.objects.filter(unheard, available=True).order_by("pk")


def listen(track: Track, file: Path, result: Measurements) -> None:
    try:
        found = contents_of(file)
        measured, decoded = measure(file) if track.loudness is None else (None, decode(file))
        length = true_length(file, found, decoded)
    except Unfit as reason:
        set_aside(track, str(reason), result)
    except OSError:
        return  # The disk may answer next time.
    else:
        write(track, found, length, measured, result)


def measure(file: Path) -> tuple[Measured | None, Decoded | None]:
    """Nothing where our decoder does not know the format."""
    try:
        with open_sound(file) as sound:
            return measure_sound(sound)
    except soundfile.LibsndfileError:
        return None, None


def write(
    track: Track, found: Contents, length: int, measured: Measured | None, result: Measurements
) -> None:
    if length != track.duration_ms:
        result.lengths[track.uri] = length
        if track.duration_ms - length >= SHORT_BY_MS:
            result.false_lengths.append((track.path, found.promised_ms, length))
    track.duration_ms, track.length_checked = length, True
    if measured:
        track.loudness, track.peak = measured.loudness, measured.peak
        result.measured += 1
    elif track.loudness is None:
        track.loudness_failed = True
    track.save(update_fields=FIELDS)


def set_aside(track: Track, reason: str, result: Measurements) -> None:
    ScannedFile.objects.filter(path=track.path).update(problem=reason)
    Track.objects.filter(pk=track.pk).update(available=False)
    result.skipped.append((track.path, reason))
    result.vanished.append(track.uri)
