"""The library brought up to date: read files, measure recordings, signal what queues must know."""

import os
from pathlib import Path

from celery import current_app
from django.conf import settings

from andre.telemetry.spans import span
from player.library import signals
from player.library.measurements import Measurements, measure_missing
from player.library.scan import ScanResult, scan_library
from player.library.scan_status import Progress
from player.models import Track

TRACE_NAMES = ("TRACEPARENT", "BAGGAGE")
MEASURE_SOUNDS = "player.tasks.measure_sounds"  # By name: the task stands above and calls this.


def read_files(
    root: Path | None, progress: Progress, *, overwrite: bool, forget_missing: bool
) -> ScanResult:
    """What is new, changed or gone below `root`, the music root unless it is said.

    Raises Refusal `library_root_missing` or `path_outside_library`.
    """
    # A scan of a job is a process of its own, which is handed that job's place in its environment.
    carrier = {name.lower(): value for name, value in os.environ.items() if name in TRACE_NAMES}
    with span("library scan", carrier=carrier), progress("Reading the library") as show:
        found = scan_library(
            root or settings.MUSIC_ROOT,
            overwrite=overwrite,
            forget_missing=forget_missing,
            progress=show,
        )
    signals.tracks_gone.send(None, uris=found.vanished)
    signals.lengths_corrected.send(None, lengths=found.lengths)
    signals.library_changed.send(None)
    return found


def measure_recordings(progress: Progress) -> Measurements:
    """Lengths and loudness of what nobody has listened to; what takes hours is left to a task."""
    with progress("Measuring lengths and loudness") as show:
        found = measure_missing(show)
    signals.tracks_silent.send(None, uris=found.vanished)
    signals.lengths_corrected.send(None, lengths=found.lengths)
    if Track.objects.filter(timbre=None, sound_failed=False, available=True).exists():
        current_app.signature(MEASURE_SOUNDS).apply_async()
    return found
