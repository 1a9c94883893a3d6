"""Write the demonstration library: original pieces, played by our own instruments."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from andre.demo.library.make import make_demo_library
from player.library.library_root import former_root
from player.library.progress_bar import Told, bar
from player.library.scan import scan_library
from player.queue import repeats

NICENESS = 10  # Who listens already is not to notice that the rest is being made.
SCAN_AFTER_PIECES = 6  # About every ten seconds on two cores.


class Command(BaseCommand):
    help = "Write a small library of original music (48 pieces, nothing is downloaded)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", type=Path, help="folder to write to (the music root)")
        parser.add_argument("--overwrite", action="store_true", help="make existing files anew")
        parser.add_argument("--first", type=int, help="make no more than so many, and stop")
        parser.add_argument(
            "--scan",
            action="store_true",
            help="in the background: at low priority, and read into the catalogue as they come",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = (options["root"] or settings.MUSIC_ROOT).expanduser().resolve()
        if former := former_root(settings.MUSIC_ROOT):
            self.stdout.write(
                f"The library was read from {former}, and ANDRE_MUSIC_ROOT does not say so any "
                "more: nothing is made. Set it again, or forget its songs by "
                "scan_library --forget-missing"
            )
            return
        if options["scan"]:
            os.nice(NICENESS)
        with bar("Playing the demonstration library") as progress:
            written = make_demo_library(
                root,
                overwrite=options["overwrite"],
                most=options["first"],
                progress=scanning(root, progress) if options["scan"] else progress,
            )
        self.stdout.write(f"{len(written)} pieces written to {root}")
        if options["scan"]:
            call_command("scan_library", root=root, stdout=self.stdout)


def scanning(root: Path, progress: Told | None) -> Told:
    def report(done: int, whole: int) -> None:
        if progress:
            progress(done, whole)
        if done % SCAN_AFTER_PIECES == 0:
            scan_library(root)
            repeats.measure_lengths()

    return report
