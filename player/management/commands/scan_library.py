"""Read the music folder into the catalogue."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from andre.errors import Refusal
from player.library.loudness import measure_missing
from player.library.progress import bar
from player.library.scan import ScanResult, scan_library
from player.models import Track
from player.services import repeats
from player.services.vanished import fail_everywhere

MEASURE_SOUNDS = "player.tasks.measure_sounds"


class Command(BaseCommand):
    help = "Read new and changed music files into the library; forget those that are gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", type=Path, help="folder to read (the music root)")
        parser.add_argument("--overwrite", action="store_true", help="read every file again")

    def handle(self, *args: Any, **options: Any) -> None:
        root = options["root"] or settings.MUSIC_ROOT
        try:
            with bar("Reading the library") as progress:
                result = scan_library(root, overwrite=options["overwrite"], progress=progress)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        fail_everywhere(result.vanished)
        repeats.forget_lengths()
        self.tell(result)
        with bar("Measuring loudness") as progress:
            measured = measure_missing(progress)
        if measured:
            self.stdout.write(f"{measured} measured for loudness")
        if Track.objects.filter(timbre=None, sound_failed=False, available=True).exists():
            current_app.signature(MEASURE_SOUNDS).apply_async()  # Nobody waits for that.

    def tell(self, result: ScanResult) -> None:
        self.stdout.write(
            f"{len(result.added)} added, {len(result.updated)} updated, "
            f"{result.unchanged} unchanged, {len(result.vanished)} gone, "
            f"{len(result.skipped)} skipped"
        )
        for path, reason in result.skipped:
            self.stdout.write(f"  {path}: {reason}")
