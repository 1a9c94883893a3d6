"""Write the demonstration library: original pieces, played by our own instruments."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from player.library.demo.make import make_demo_library
from player.library.progress import bar


class Command(BaseCommand):
    help = "Write a small library of original music (24 pieces, nothing is downloaded)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", type=Path, help="folder to write to (the music root)")
        parser.add_argument("--overwrite", action="store_true", help="make existing files anew")

    def handle(self, *args: Any, **options: Any) -> None:
        root = (options["root"] or settings.MUSIC_ROOT).expanduser().resolve()
        with bar("Playing the demonstration library") as progress:
            written = make_demo_library(root, overwrite=options["overwrite"], progress=progress)
        self.stdout.write(f"{len(written)} pieces written to {root}")
