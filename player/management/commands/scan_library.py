"""Read the music folder into the catalogue."""

import os
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from andre.core.errors import Refusal
from player.library import update
from player.library.files import printable
from player.library.measurements import Measurements
from player.library.progress_bar import bar
from player.library.scan import ScanResult
from player.library.scan_status import hold_scan

NICENESS = 10  # Whoever listens meanwhile is not to notice.


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

        parser.add_argument(
            "--wait", type=float, default=0, help="so many seconds for a scan that runs already"
        )
        parser.add_argument("--background", action="store_true", help="at low priority")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["background"]:
            os.nice(NICENESS)
            signal.signal(signal.SIGTERM, exit_on_signal)
        try:
            with hold_scan(bar, options["wait"]) as scan:
                found = update.read_files(
                    options["root"],
                    scan.progress,
                    overwrite=options["overwrite"],
                    forget_missing=options["forget_missing"],
                )
                scan.added, scan.report = len(found.added), self.report_scan(found)
                self.report_measurements(update.measure_recordings(scan.progress))
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal

    def report_scan(self, result: ScanResult) -> str:
        """The line that says it all."""
        returned = f"{len(result.returned)} back, " if result.returned else ""
        counts = (
            f"{len(result.added)} added, {len(result.updated)} updated, {returned}"
            f"{result.unchanged} unchanged, {len(result.vanished)} gone, "
            f"{len(result.skipped)} skipped"
        )
        self.say(counts)
        self.report_skipped(result.skipped)
        self.report_lengths(result.false_lengths)
        if result.spared and result.former_root:
            kept = describe_other_root(result)
            self.say(kept)
            return f"{counts}. {kept}"
        if result.spared:
            self.say(
                f"{result.spared} not found, but kept: their folders are empty or cannot be read. "
                "If they are gone for good, run: scan_library --forget-missing"
            )
        return counts

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


def exit_on_signal(*_: object) -> None:
    """Told to stop, it gives back what it holds, so that the next one can begin at once."""
    sys.exit(128 + signal.SIGTERM)


def describe_other_root(result: ScanResult) -> str:
    return (
        f"The library was read from {result.former_root}, and the music folder is "
        f"{settings.MUSIC_ROOT} now: {result.spared} songs are not in it, and are kept. Set "
        "ANDRE_MUSIC_ROOT back, or forget them: scan_library --forget-missing"
    )


def clock_time(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
