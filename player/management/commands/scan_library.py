"""Read the music folder into the catalogue."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from andre.core.errors import Refusal
from player.library.files import printable
from player.library.measurements import Measurements, measure_missing
from player.library.progress_bar import bar
from player.library.scan import ScanResult, scan_library
from player.models import Track
from player.playback.failures import NO_SOUND, correct_everywhere
from player.playback.unavailable_tracks import fail_everywhere
from player.queue import repeats

MEASURE_SOUNDS = "player.tasks.measure_sounds"


class Command(BaseCommand):
    help = "Read new and changed music files into the library; forget those that are gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", type=Path, help="folder to read (the music root)")
        parser.add_argument("--overwrite", action="store_true", help="read every file again")
        parser.add_argument(
            "--forget-missing",
            action="store_true",
            help="forget also what lies in folders that have become empty or cannot be read",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = options["root"] or settings.MUSIC_ROOT
        try:
            with bar("Reading the library") as progress:
                result = scan_library(
                    root,
                    overwrite=options["overwrite"],
                    forget_missing=options["forget_missing"],
                    progress=progress,
                )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        fail_everywhere(result.vanished)
        correct_lengths(result.lengths)
        repeats.forget_lengths()
        self.report_scan(result)
        with bar("Measuring lengths and loudness") as progress:
            found = measure_missing(progress)
        fail_everywhere(found.vanished, NO_SOUND)
        correct_lengths(found.lengths)
        self.report_measurements(found)
        if Track.objects.filter(timbre=None, sound_failed=False, available=True).exists():
            current_app.signature(MEASURE_SOUNDS).apply_async()  # Nobody waits for that.

    def report_scan(self, result: ScanResult) -> None:
        returned = f"{len(result.returned)} back, " if result.returned else ""
        self.say(
            f"{len(result.added)} added, {len(result.updated)} updated, {returned}"
            f"{result.unchanged} unchanged, {len(result.vanished)} gone, "
            f"{len(result.skipped)} skipped"
        )
        self.report_skipped(result.skipped)
        self.report_lengths(result.false_lengths)
        if result.spared:
            self.say(
                f"{result.spared} not found, but kept: their folders are empty or cannot be read. "
                "If they are gone for good, run: scan_library --forget-missing"
            )

    def report_measurements(self, found: Measurements) -> None:
        if found.measured:
            self.say(f"{found.measured} measured for loudness")
        self.report_skipped(found.skipped)
        self.report_lengths(found.false_lengths)

    def report_skipped(self, skipped: list[tuple[str, str]]) -> None:
        for path, reason in skipped:
            self.say(f"  skipped: {printable(path)}: {reason}")

    def report_lengths(self, false_lengths: list[tuple[str, int, int]]) -> None:
        for path, said, true in false_lengths:
            self.say(
                f"  length: {printable(path)}: {clock_time(true)} can be played, "
                f"its header says {clock_time(said)}"
            )

    def say(self, line: str) -> None:
        """On a terminal that lacks a letter, its code is better than no report."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))


def correct_lengths(lengths: dict[str, int]) -> None:
    for uri, length_ms in lengths.items():
        correct_everywhere(uri, length_ms)


def clock_time(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
