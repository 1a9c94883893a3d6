"""Listens to recordings once: how loud they are, and how long they truly are.

The length is what all else goes by (the clock, airtime, the queue), and a header may promise what
is not there.
"""

from dataclasses import dataclass, field
from pathlib import Path

import soundfile
from django.conf import settings
from django.db.models import Q, QuerySet

from player.library.containers import Unfit
from player.library.containers.base import milliseconds
from player.library.decoding import Decoded, contents_of, decode, open_sound, true_length
from player.library.files import safe_file
from player.library.loudness import Measured, measure_sound
from player.library.progress_bar import Told
from player.library.scan import SHORT_BY_MS
from player.library.stretches import Stretch, stretch_of
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
    tracks = list(waiting().only("path", "piece", "begins_ms", *FIELDS))
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
    if stretch := stretch_of(track):
        listen_to_piece(track, file, stretch, result)
    else:
        listen_to_file(track, file, result)


def listen_to_piece(track: Track, file: Path, stretch: Stretch, result: Measurements) -> None:
    """Its length is that of its sheet, as far as the file goes."""
    try:
        measured, decoded = measure_file(file, stretch)
    except OSError:
        return  # The disk may answer next time.
    there = milliseconds(decoded.frames, decoded.rate) if decoded else stretch.length_ms
    length = there if stretch.length_ms - there >= SHORT_BY_MS else stretch.length_ms
    save_lengths(track, stretch.length_ms, length, measured, result)


def listen_to_file(track: Track, file: Path, result: Measurements) -> None:
    try:
        found = contents_of(file)
        measured, decoded = measure_file(file) if track.loudness is None else (None, decode(file))
        length = true_length(file, found, decoded)
    except Unfit as reason:
        set_aside(track, str(reason), result)
    except OSError:
        return  # The disk may answer next time.
    else:
        save_lengths(track, found.promised_ms, length, measured, result)


def measure_file(
    file: Path, stretch: Stretch | None = None
) -> tuple[Measured | None, Decoded | None]:
    """Nothing where our decoder does not know the format."""
    try:
        with open_sound(file, stretch) as sound:
            return measure_sound(sound)
    except soundfile.LibsndfileError:
        return None, None


def save_lengths(
    track: Track, promised_ms: int, length: int, measured: Measured | None, result: Measurements
) -> None:
    if length != track.duration_ms:
        result.lengths[track.uri] = length
        if track.duration_ms - length >= SHORT_BY_MS:
            result.false_lengths.append((track.path, promised_ms, length))
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
